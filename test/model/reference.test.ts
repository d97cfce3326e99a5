import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Architecture, type EncoderLayer, type ModelConfig, type Operator, operators } from '../../src/model/architecture.ts';
import { collate } from '../../src/model/batch.ts';
import { forward, loadNetwork, lossOf } from '../../src/model/training-step.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import type { ParameterSet } from '../../src/tensor/parameters.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { randomSentence, randomWeights, tinyConfig } from '../support/network.ts';

/**
 * The model once more, from the papers, in loops over plain numbers: one sentence at a time, so without padding and masks, and with
 * every sum written out.
 */
class Reference {
  constructor(private readonly config: ModelConfig, private readonly architecture: Architecture, private readonly weights: ParameterSet) {}

  logits(source: readonly number[], input: readonly number[]): number[][] {
    const { encoder, decoder } = this.architecture;
    const pre = this.config.norm === 'pre';
    let x = this.embed('encoder', source, encoder.width);
    const outputs: number[][][] = [];
    encoder.layers.forEach((layer, i) => {
      const name = `encoder.layers.${i}`;
      x = this.sublayer(`${name}.mixing-norm`, x, (y) => this.mix(`${name}.${layer.operator}`, layer, y, this.config.kernels[i], false));
      x = this.sublayer(`${name}.feed-forward-norm`, x, (y) => this.feedForward(`${name}.feed-forward`, layer, y));
      outputs.push(x);
    });
    if (pre) outputs[outputs.length - 1] = this.norm('encoder.norm', x);
    x = this.embed('decoder', input, decoder.width);
    decoder.layers.forEach((layer, i) => {
      const name = `decoder.layers.${i}`;
      x = this.sublayer(`${name}.mixing-norm`, x, (y) => this.mix(`${name}.${layer.operator}`, layer, y, this.config.kernels[i], true));
      const seen = Array.from({ length: layer.span }, (_, back) => outputs[outputs.length - 1 - back]).flat();
      x = this.sublayer(`${name}.cross-norm`, x, (y) => this.attention(`${name}.cross`, y, seen, layer.crossHeads, false));
      x = this.sublayer(`${name}.feed-forward-norm`, x, (y) => this.feedForward(`${name}.feed-forward`, layer, y));
    });
    if (pre) x = this.norm('decoder.norm', x);
    const output = this.matrix('output.weight');
    return x.map((row) => output.map((weights) => dot(weights, row)));
  }

  private embed(side: string, ids: readonly number[], width: number): number[][] {
    const table = this.matrix(`${side}.embedding.weight`);
    return ids.map((id, t) => table[id].map((value, c) => {
      const half = width / 2;
      const angle = (t + 2) * 10000 ** (-(c % half) / (half - 1));
      return Math.sqrt(width) * value + (c < half ? Math.sin(angle) : Math.cos(angle));
    }));
  }

  private mix(name: string, layer: EncoderLayer, x: number[][], kernel: number, causal: boolean): number[][] {
    const half = x[0].length / 2;
    const left = x.map((row) => row.slice(0, half));
    const right = x.map((row) => row.slice(half));
    const beside = (a: number[][], b: number[][]) => a.map((row, t) => [...row, ...b[t]]);
    const mixed: Record<Operator, () => number[][]> = {
      attention: () => this.attention(name, x, x, layer.heads, causal),
      light: () => this.convolution(name, x, layer.heads, kernel, causal, false),
      dynamic: () => this.convolution(name, x, layer.heads, kernel, causal, true),
      'lsra-light': () => beside(this.attention(`${name}.attention`, left, left, layer.heads, causal), this.convolution(`${name}.convolution`, right, layer.heads, kernel, causal, false)),
      'lsra-dynamic': () => beside(this.attention(`${name}.attention`, left, left, layer.heads, causal), this.convolution(`${name}.convolution`, right, layer.heads, kernel, causal, true)),
    };
    return mixed[layer.operator]();
  }

  private attention(name: string, x: number[][], memory: number[][], heads: number, causal: boolean): number[][] {
    const [q, k, v] = [this.linear(`${name}.query`, x), this.linear(`${name}.key`, memory), this.linear(`${name}.value`, memory)];
    const width = q[0].length;
    const size = width / heads;
    const mixed = q.map((query, t) => Array.from({ length: width }, (_, c) => {
      const from = Math.floor(c / size) * size;
      const seen = causal ? k.slice(0, t + 1) : k;
      const scores = seen.map((key) => dot(query.slice(from, from + size), key.slice(from, from + size)) / Math.sqrt(size));
      return softmax(scores).reduce((sum, p, s) => sum + p * v[s][c], 0);
    }));
    return this.linear(`${name}.out`, mixed);
  }

  private convolution(name: string, x: number[][], heads: number, kernel: number, causal: boolean, dynamic: boolean): number[][] {
    const inner = this.linear(`${name}.in`, x);
    const matrix = this.matrix(`${name}.kernel`);
    const before = causal ? kernel - 1 : Math.floor(kernel / 2);
    const mixed = inner.map((row, t) => row.map((_, c) => {
      const head = Math.floor((c * heads) / row.length);
      const raw = dynamic ? Array.from({ length: kernel }, (_, j) => dot(matrix[head * kernel + j], row)) : matrix[head];
      return softmax(raw).reduce((sum, w, j) => sum + w * (inner[t + j - before]?.[c] ?? 0), 0);
    }));
    return this.linear(`${name}.out`, mixed);
  }

  private feedForward(name: string, { activation }: EncoderLayer, x: number[][]): number[][] {
    const f = { relu: (u: number) => (u > 0 ? u : 0), 'leaky-relu': (u: number) => (u > 0 ? u : 0.01 * u), swish: (u: number) => u / (1 + Math.exp(-u)) }[activation];
    return this.linear(`${name}.down`, this.linear(`${name}.up`, x).map((row) => row.map(f)));
  }

  private sublayer(norm: string, x: number[][], f: (x: number[][]) => number[][]): number[][] {
    const pre = this.config.norm === 'pre';
    const y = f(pre ? this.norm(norm, x) : x);
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

  private linear(name: string, x: number[][]): number[][] {
    const [weight, bias] = [this.matrix(`${name}.weight`), this.weights.get(`${name}.bias`).data];
    return x.map((row) => weight.map((weights, out) => dot(weights, row) + bias[out]));
  }

  private matrix(name: string): number[][] {
    const { shape: [rows, columns], data } = this.weights.get(name);
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

function architectureWith(operator: Operator, heads: number): Architecture {
  return {
    encoder: { width: 8, layers: (['relu', 'swish', 'leaky-relu'] as const).map((activation) => ({ operator, heads, inner: 12, activation })) },
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

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  describe.each(operators)('a network of %s', (operator) => {
    test.each([['post', 2], ['post', 4], ['pre', 2], ['pre', 4]] as const)('with %s-normalisation and %i heads computes what the papers\' formulas do', (norm, heads) => {
      const config: ModelConfig = { ...tinyConfig, norm, kernels: [3, 5, 7] };
      const architecture = architectureWith(operator, heads);
      const weights = randomWeights(config, architecture, heads);
      const reference = new Reference(config, architecture, weights);
      const random = new RandomStream(8);
      const pairs = [[7, 4], [1, 1], [3, 9], [12, 2]].map(([s, t]) => [randomSentence(16, s, random), randomSentence(14, t, random)]);
      const batch = collate(pairs.map(([s]) => s), pairs.map(([, t]) => t));
      const net = loadNetwork(config, architecture, weights);
      const logits = forward(net, batch).arraySync();
      let [likelihood, uniform, tokens, worst] = [0, 0, 0, 0];
      pairs.forEach(([source, target], row) => {
        reference.logits([...source], [2, ...target.slice(0, -1)]).forEach((expected, t) => {
          worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(logits[row * batch.targetLength + t][i] - value)), worst);
          const logs = softmax(expected).map(Math.log);
          likelihood -= logs[target[t]];
          uniform -= logs.reduce((a, b) => a + b) / logs.length;
          tokens++;
        });
      });
      const sums = lossOf(net, batch, 0.1);
      net.dispose();
      expect(worst).toBeLessThan(1e-4);
      expect(sums.tokens).toBe(tokens);
      expect(sums.likelihood).toBeCloseTo(likelihood, 2);
      expect(sums.smoothed).toBeCloseTo(0.9 * likelihood + 0.1 * uniform, 2);
    });
  });
});
