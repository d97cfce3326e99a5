import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Architecture, EncoderLayer, ModelConfig } from '../../src/model/architecture.ts';
import { type Batch, collate, type Sentence } from '../../src/model/batch.ts';
import { forward } from '../../src/model/forward.ts';
import { gradientsOf } from '../../src/model/gradients.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { lossOf, smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { dropoutMask, DropoutSource } from '../../src/tensor/ops/dropout.ts';
import type { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import {
  gradientValues,
  randomSentence,
  randomWeights,
  tinyConfig,
  type PaperOperator,
  paperOperators,
} from '../support/network.ts';

/** What dropout does to one sentence of a batch. Masks are drawn for the whole batch, padding included. */
interface SentenceDropout {
  /** Of the masks, in their order. */
  keys: readonly [number, number][];
  /** Where the sentence's first step stands among those of the batch. */
  encoder: number;
  decoder: number;
  /** Its place in the batch, and the batch's lengths. */
  row: number;
  lengths: { encoder: number; decoder: number };
}

/**
 * The model once more, from the papers, in loops over plain numbers: one sentence at a time, so without padding and
 * masks, and with every sum written out.
 */
class Reference {
  /** Masks used so far. */
  drawn = 0;

  constructor(
    private readonly config: ModelConfig,
    private readonly architecture: Architecture,
    private readonly weights: ParameterSet,
    private readonly dropout?: SentenceDropout,
  ) {}

  logits(source: readonly number[], input: readonly number[]): number[][] {
    const { encoder, decoder } = this.architecture;
    const pre = this.config.norm === 'pre';
    let x = this.embed('encoder', source, encoder.width);
    const outputs: number[][][] = [];
    encoder.layers.forEach((layer, i) => {
      const name = `encoder.layers.${i}`;
      x = this.sublayer(`${name}.mixing-norm`, x, (y) =>
        this.mix(`${name}.${layer.operator}`, layer, y, this.config.kernels[i], false),
      );
      x = this.sublayer(`${name}.feed-forward-norm`, x, (y) => this.feedForward(`${name}.feed-forward`, layer, y));
      outputs.push(x);
    });
    if (pre) outputs[outputs.length - 1] = this.norm('encoder.norm', x);
    x = this.embed('decoder', input, decoder.width);
    decoder.layers.forEach((layer, i) => {
      const name = `decoder.layers.${i}`;
      x = this.sublayer(`${name}.mixing-norm`, x, (y) =>
        this.mix(`${name}.${layer.operator}`, layer, y, this.config.kernels[i], true),
      );
      const seen = Array.from({ length: layer.span }, (_, back) => outputs[outputs.length - 1 - back]).flat();
      x = this.sublayer(`${name}.cross-norm`, x, (y) =>
        this.attention(`${name}.cross`, y, seen, layer.crossHeads, false),
      );
      x = this.sublayer(`${name}.feed-forward-norm`, x, (y) => this.feedForward(`${name}.feed-forward`, layer, y));
    });
    if (pre) x = this.norm('decoder.norm', x);
    const output = this.matrix('output.weight');
    return x.map((row) => output.map((weights) => dot(weights, row)));
  }

  private embed(side: string, ids: readonly number[], width: number): number[][] {
    const table = this.matrix(`${side}.embedding.weight`);
    const x = ids.map((id, t) =>
      table[id].map((value, c) => {
        const half = width / 2;
        const angle = (t + 2) * 10000 ** (-(c % half) / (half - 1));
        return Math.sqrt(width) * value + (c < half ? Math.sin(angle) : Math.cos(angle));
      }),
    );
    return this.dropActivations(side, x);
  }

  private mix(name: string, layer: EncoderLayer, x: number[][], kernel: number, causal: boolean): number[][] {
    const half = x[0].length / 2;
    const left = x.map((row) => row.slice(0, half));
    const right = x.map((row) => row.slice(half));
    const beside = (a: number[][], b: number[][]) => a.map((row, t) => [...row, ...b[t]]);
    const mixed: Record<PaperOperator, () => number[][]> = {
      attention: () => this.attention(name, x, x, layer.heads, causal),
      light: () => this.convolution(name, x, layer.heads, kernel, causal, false),
      dynamic: () => this.convolution(name, x, layer.heads, kernel, causal, true),
      'lsra-light': () =>
        beside(
          this.attention(`${name}.attention`, left, left, layer.heads, causal),
          this.convolution(`${name}.convolution`, right, layer.heads, kernel, causal, false),
        ),
      'lsra-dynamic': () =>
        beside(
          this.attention(`${name}.attention`, left, left, layer.heads, causal),
          this.convolution(`${name}.convolution`, right, layer.heads, kernel, causal, true),
        ),
    };
    return mixed[layer.operator as PaperOperator]();
  }

  private attention(name: string, x: number[][], memory: number[][], heads: number, causal: boolean): number[][] {
    const [q, k, v] = [
      this.linear(`${name}.query`, x),
      this.linear(`${name}.key`, memory),
      this.linear(`${name}.value`, memory),
    ];
    const width = q[0].length;
    const size = width / heads;
    const dropped = this.dropWeights(name, heads, q.length, memory.length);
    const mixed = q.map((query, t) =>
      Array.from({ length: width }, (_, c) => {
        const from = Math.floor(c / size) * size;
        const seen = causal ? k.slice(0, t + 1) : k;
        const scores = seen.map(
          (key) => dot(query.slice(from, from + size), key.slice(from, from + size)) / Math.sqrt(size),
        );
        return softmax(scores).reduce((sum, p, s) => sum + p * dropped(Math.floor(c / size), t, s) * v[s][c], 0);
      }),
    );
    return this.linear(`${name}.out`, mixed);
  }

  private convolution(
    name: string,
    x: number[][],
    heads: number,
    kernel: number,
    causal: boolean,
    dynamic: boolean,
  ): number[][] {
    const inner = this.linear(`${name}.in`, x);
    const matrix = this.matrix(`${name}.kernel`);
    const before = causal ? kernel - 1 : Math.floor(kernel / 2);
    const ofHead = (values: number[], head: number) => values.slice(head * kernel, (head + 1) * kernel);
    const byHead = (scores: number[]) =>
      Array.from({ length: heads }, (_, head) => softmax(ofHead(scores, head))).flat();
    // Dynamic kernels are dropped from anew at each step of each sentence, those that all
    // steps share once for the batch.
    const kernels = dynamic
      ? this.dropSteps(
          name,
          inner.map((row) => byHead(matrix.map((weights) => dot(weights, row)))),
          this.config.weightDropout,
        )
      : this.drop([byHead(matrix.flat())], this.config.weightDropout, 0);
    const mixed = inner.map((row, t) =>
      row.map((_, c) => {
        const head = Math.floor((c * heads) / row.length);
        return ofHead(kernels[dynamic ? t : 0], head).reduce(
          (sum, w, j) => sum + w * (inner[t + j - before]?.[c] ?? 0),
          0,
        );
      }),
    );
    return this.linear(`${name}.out`, mixed);
  }

  private feedForward(name: string, { activation }: EncoderLayer, x: number[][]): number[][] {
    const f = {
      relu: (u: number) => (u > 0 ? u : 0),
      'leaky-relu': (u: number) => (u > 0 ? u : 0.01 * u),
      swish: (u: number) => u / (1 + Math.exp(-u)),
    }[activation];
    return this.linear(
      `${name}.down`,
      this.linear(`${name}.up`, x).map((row) => row.map(f)),
    );
  }

  private sublayer(norm: string, x: number[][], f: (x: number[][]) => number[][]): number[][] {
    const pre = this.config.norm === 'pre';
    const y = this.dropActivations(norm, f(pre ? this.norm(norm, x) : x));
    const sum = x.map((row, t) => row.map((value, c) => value + y[t][c]));
    return pre ? sum : this.norm(norm, sum);
  }

  private norm(name: string, x: number[][]): number[][] {
    const [gain, bias] = [this.weights.get(`${name}.weight`).data, this.weights.get(`${name}.bias`).data];
    return x.map((row) => {
      const mean = row.reduce((a, b) => a + b) / row.length;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
      return row.map((value, c) => ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[c] + bias[c]);
    });
  }

  /** In HAT less than `dropout` in proportion, in what is narrower than the width that it is for. */
  private dropActivations(name: string, x: number[][]): number[][] {
    const { dropout, dropoutWidth = x[0].length, unscaledEncoderMixing } = this.config;
    const isWhole = unscaledEncoderMixing && /^encoder.*mixing-norm$/.test(name);
    return this.dropSteps(name, x, dropout * (isWhole ? 1 : x[0].length / dropoutWidth));
  }

  /** A row for each step of the sentence, on the side that the name is of. */
  private dropSteps(name: string, x: number[][], rate: number): number[][] {
    return this.drop(x, rate, this.dropout?.[name.startsWith('encoder') ? 'encoder' : 'decoder'] ?? 0);
  }

  /**
   * Factors of the weights of an attention, by head, target and source; masks are drawn for all heads
   * of the batch, padding included.
   */
  private dropWeights(
    name: string,
    heads: number,
    targets: number,
    sources: number,
  ): (head: number, target: number, source: number) => number {
    if (!this.dropout) return () => 1;
    const { row, lengths, keys } = this.dropout;
    const side = name.startsWith('encoder') ? 'encoder' : 'decoder';
    const seen = name.endsWith('.cross') ? 'encoder' : side;
    const before = (on: 'encoder' | 'decoder') => this.dropout![on] - row * lengths[on];
    // Of several encoder layers each sentence has as many sources in each.
    const length = seen === side ? targets : lengths.encoder - before('encoder');
    const blocks = sources / length;
    const width = blocks * lengths[seen];
    const mask = dropoutMask(
      (row + 1) * heads * lengths[side] * width,
      this.config.attentionDropout!,
      keys[this.drawn++],
    );
    return (head, target, source) =>
      mask[
        ((row * heads + head) * lengths[side] + before(side) + target) * width
          + Math.floor(source / length) * lengths[seen]
          + before(seen)
          + (source % length)
      ];
  }

  /** Rows that are those from `first` on in what the next mask is for. */
  private drop(x: number[][], rate: number, first: number): number[][] {
    if (!this.dropout) return x;
    const width = x[0].length;
    const mask = dropoutMask((first + x.length) * width, rate, this.dropout.keys[this.drawn++]);
    return x.map((row, t) => row.map((value, c) => value * mask[(first + t) * width + c]));
  }

  private linear(name: string, x: number[][]): number[][] {
    const [weight, bias] = [this.matrix(`${name}.weight`), this.weights.get(`${name}.bias`).data];
    return x.map((row) => weight.map((weights, out) => dot(weights, row) + bias[out]));
  }

  private matrix(name: string): number[][] {
    const {
      shape: [rows, columns],
      data,
    } = this.weights.get(name);
    return Array.from({ length: rows }, (_, row) => [...data.subarray(row * columns, (row + 1) * columns)]);
  }
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function softmax(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((value) => value / sum);
}

function architectureWith(operator: PaperOperator, heads: number): Architecture {
  return {
    encoder: {
      width: 8,
      layers: (['relu', 'swish', 'leaky-relu'] as const).map((activation) => ({
        operator,
        heads,
        inner: 12,
        activation,
      })),
    },
    decoder: {
      width: 16,
      layers: [
        { operator, heads, inner: 16, activation: 'leaky-relu', crossHeads: 4, span: 3 },
        { operator, heads, inner: 24, activation: 'swish', crossHeads: 2, span: 1 },
        { operator, heads, inner: 8, activation: 'relu', crossHeads: 1, span: 2 },
      ],
    },
  };
}

/** A network with everything in it, and sentences of the given lengths. */
function exampleOf(operator: PaperOperator, norm: ModelConfig['norm'], heads: number, lengths: [number, number][]) {
  const config: ModelConfig = {
    ...tinyConfig,
    norm,
    kernels: [3, 5, 7],
    dropout: 0.3,
    weightDropout: 0.2,
    attentionDropout: 0.1,
  };
  const architecture = architectureWith(operator, heads);
  const random = new RandomStream(8);
  const pairs = lengths.map(([s, t]) => [
    randomSentence(config.sourceTypes, s, random),
    randomSentence(config.targetTypes, t, random),
  ]);
  const batch = collate(
    pairs.map(([s]) => s),
    pairs.map(([, t]) => t),
  );
  return { config, architecture, weights: randomWeights(config, architecture, heads), pairs, batch };
}

/**
 * How far logits `[size · targetLength, types]` are from those of the references, one a sentence;
 * and what these say of the loss.
 */
function compare(
  references: readonly Reference[],
  pairs: readonly Sentence[][],
  { targetLength }: Batch,
  logits: readonly number[][],
) {
  let [likelihood, uniform, tokens, worst] = [0, 0, 0, 0];
  pairs.forEach(([source, target], row) => {
    references[row].logits([...source], [2, ...target.slice(0, -1)]).forEach((expected, t) => {
      worst = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(logits[row * targetLength + t][i] - value)),
        worst,
      );
      const logs = softmax(expected).map(Math.log);
      likelihood -= logs[target[t]];
      uniform -= logs.reduce((a, b) => a + b) / logs.length;
      tokens++;
    });
  });
  return { worst, likelihood, smoothed: 0.9 * likelihood + 0.1 * uniform, tokens };
}

class RecordedDropout extends DropoutSource {
  readonly keys: [number, number][] = [];

  override next(): [number, number] {
    const key = super.next();
    this.keys.push(key);
    return key;
  }
}

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  describe.each(paperOperators)('a network of %s', (operator) => {
    test.each([
      ['post', 2],
      ['pre', 4],
    ] as const)('with %s-normalisation and %i heads computes what papers say', (norm, heads) => {
      const { config, architecture, weights, pairs, batch } = exampleOf(operator, norm, heads, [
        [7, 4],
        [1, 1],
        [3, 9],
        [12, 2],
      ]);
      const net = loadNetwork(config, architecture, weights);
      const logits = forward(net, batch).arraySync();
      const sums = lossOf(net, batch, 0.1);
      net.dispose();
      const expected = compare(
        pairs.map(() => new Reference(config, architecture, weights)),
        pairs,
        batch,
        logits,
      );
      expect(expected.worst).toBeLessThan(1e-4);
      expect(sums.tokens).toBe(expected.tokens);
      expect(sums.likelihood).toBeCloseTo(expected.likelihood, 2);
      expect(sums.smoothed).toBeCloseTo(expected.smoothed, 2);
    });

    test.each([
      ['post', 4, 'everywhere alike', {}],
      ['pre', 2, 'in proportion to the width', { dropoutWidth: 24 }],
      ['post', 2, 'so but for the encoder to itself', { dropoutWidth: 24, unscaledEncoderMixing: true }],
    ] as const)('with %s-normalisation and %i heads drops in training what they say, %s', (norm, heads, _, scale) => {
      const { architecture, weights, pairs, batch, ...example } = exampleOf(operator, norm, heads, [
        [3, 6],
        [5, 2],
      ]);
      const config: ModelConfig = { ...example.config, ...scale };
      const stream = () => new RandomStream(9, 'dropout');
      const dropout = new RecordedDropout(stream());
      const net = loadNetwork(config, architecture, weights);
      const logits = forward({ ...net, dropout }, batch).arraySync();
      net.dispose();
      // Two embeddings; two sub-layers in each of three encoder layers, three in each of three decoder layers; in six
      // layers kernels, weights of attention, or both; weights of attention to the source in three.
      const masks = 2 + 3 * 2 + 3 * 3 + 6 * (operator.startsWith('lsra') ? 2 : 1) + 3;
      expect(dropout.keys).toHaveLength(masks);
      const gradients = gradientsOf(config, architecture, weights, [batch], smoothedCrossEntropyLoss(0.1), stream);
      gradientValues(gradients);
      const references = pairs.map(
        ([source], row) =>
          new Reference(config, architecture, weights, {
            keys: dropout.keys,
            encoder: (row + 1) * batch.sourceLength - source.length,
            decoder: row * batch.targetLength,
            row,
            lengths: { encoder: batch.sourceLength, decoder: batch.targetLength },
          }),
      );
      const { worst, smoothed } = compare(references, pairs, batch, logits);
      expect(references.map(({ drawn }) => drawn)).toEqual([masks, masks]);
      expect(worst).toBeLessThan(1e-4);
      expect(gradients.loss).toBeCloseTo(smoothed, 2);
    });
  });
});
