import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type ModelConfig, special } from '../../../src/model/architecture.ts';
import { embed } from '../../../src/model/embedding.ts';
import { encode, encoderLayer, type Encoding, visibilityOf } from '../../../src/model/encoder.ts';
import { decode, decoderLayer } from '../../../src/model/decoder.ts';
import { parametersOf } from '../../../src/model/parameters.ts';
import { loadNetwork } from '../../../src/model/load-network.ts';
import {
  heatMap,
  type Substitution,
  substitutionDivergence,
  uniformArchitecture,
} from '../../../src/nas/divergence/substitution.ts';
import { largestArchitectures, type Space } from '../../../src/nas/space.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { randomBatch, tinyConfig } from '../../support/network.ts';

const width = 8;
const space: Space = {
  widths: [4, width],
  ratios: [1],
  heads: [2, 4],
  operators: ['attention', 'dynamic'],
  activations: ['swish'],
  encoderLayers: 3,
  decoderLayers: [1, 2],
  crossHeads: [2],
  spans: [1, 2],
};
const fewerHeads: Substitution = {
  before: { operator: 'attention', heads: 4 },
  after: { operator: 'attention', heads: 2 },
};
const otherOperator: Substitution = {
  before: { operator: 'attention', heads: 4 },
  after: { operator: 'dynamic', heads: 4 },
};
/** Tokens of each sentence, source and target. */
const lengths: [number, number][] = [
  [5, 4],
  [3, 6],
];
const batch = randomBatch(tinyConfig, lengths, 3);
const weights = (config: ModelConfig) => {
  const set = ParameterSet.initialise(
    largestArchitectures(space).flatMap((a) => parametersOf(config, a)),
    (name) => new RandomStream(1, name),
  );
  for (const [name, { data }] of set.entries) {
    const random = new RandomStream(2, name);
    data.forEach((_, i) => (data[i] += 0.3 * random.normal()));
  }
  return set;
};

const mean = (row: number[]) => row.reduce((sum, value) => sum + value, 0) / row.length;
const variance = (row: number[]) => mean(row.map((value) => (value - mean(row)) ** 2));
const standardised = (epsilon: number) => (row: number[]) =>
  row.map((value) => (value - mean(row)) / Math.sqrt(variance(row) + epsilon));
const normalised = standardised(0);
const meanSquare = (a: number[][], b: number[][]) =>
  a.reduce((sum, row, t) => sum + row.reduce((part, value, i) => part + (value - b[t][i]) ** 2, 0), 0)
  / (a.length * width);

/** Rows at tokens. */
function rowsOf(x: tf.Tensor, ids: Int32Array): number[][] {
  const values = x.dataSync();
  return Array.from(ids, (id, at) =>
    id === special.padding ? [] : Array.from(values.slice(at * width, (at + 1) * width)),
  ).filter(({ length }) => length > 0);
}

/**
 * Multi-head self-attention of one sentence in float64 (Vaswani et al. 2017, section 3.2),
 * with the supernet's own weights.
 */
function attention(set: ParameterSet, name: string, x: number[][], heads: number, causal: boolean): number[][] {
  const project = (part: string, rows: number[][]) =>
    rows.map((row) =>
      Array.from({ length: width }, (_, out) =>
        row.reduce(
          (sum, value, i) => sum + value * set.get(`${name}.${part}.weight`).data[out * width + i],
          set.get(`${name}.${part}.bias`).data[out],
        ),
      ),
    );
  const [q, k, v] = ['query', 'key', 'value'].map((part) => project(part, x));
  const size = width / heads;
  const mixed = q.map((query, t) =>
    Array.from({ length: width }, (_, channel) => {
      const from = Math.floor(channel / size) * size;
      const scores = (causal ? k.slice(0, t + 1) : k).map((key) => {
        let score = 0;
        for (let i = from; i < from + size; i++) score += query[i] * key[i];
        return Math.exp(score / Math.sqrt(size));
      });
      const total = scores.reduce((sum, score) => sum + score, 0);
      return scores.reduce((sum, score, s) => sum + (score / total) * v[s][channel], 0);
    }),
  );
  return project('out', mixed);
}

/**
 * By side, both factors of equation 1 for fewer heads in each layer, and its sum for fewer heads in all layers, from
 * their definitions. Only what the layers read comes from the networks themselves, which
 * test/model/reference.test.ts holds to the papers.
 */
function byHand(config: ModelConfig, set: ParameterSet) {
  const { before, after } = fewerHeads;
  const networks = [before, after].map((variant) => loadNetwork(config, uniformArchitecture(space, variant), set));
  const around = visibilityOf(batch.source, batch.size);
  // Both decoders read what the encoder gives before the substitution.
  const encoding = encode(networks[0], batch.source, batch.size);
  const sides = (['encoder', 'decoder'] as const).map((part) => {
    const ids = part === 'encoder' ? batch.source : batch.input;
    const [inputs, inputsAfter] = networks.map((net) => {
      let x = embed(net, part, ids, batch.size);
      return net.architecture[part].layers.map((_, layer) => {
        const rows = rowsOf(x, ids);
        x = part === 'encoder' ? encoderLayer(net, layer, x, around) : decoderLayer(net, layer, x, encoding);
        return rows;
      });
    });
    const mixed = (layer: number, heads: number, x: number[][]) => {
      const name = `${part}.layers.${layer}`;
      const [gain, bias] = ['weight', 'bias'].map((kind) => set.get(`${name}.mixing-norm.${kind}`).data);
      const read =
        config.norm === 'post'
          ? x
          : x.map(standardised(1e-5)).map((row) => row.map((value, i) => value * gain[i] + bias[i]));
      let from = 0;
      return lengths.flatMap(([source, target]) => {
        const sentence = read.slice(from, (from += part === 'encoder' ? source : target));
        return attention(set, `${name}.attention`, sentence, heads, part === 'decoder');
      });
    };
    const divergence = (layer: number, x: number[][]) =>
      meanSquare(mixed(layer, before.heads, x).map(normalised), mixed(layer, after.heads, x).map(normalised));
    const sublayers = inputs.map((x, layer) => {
      const a = mixed(layer, before.heads, x);
      const share = mean(a.map((row, t) => variance(row) / variance(row.map((value, i) => value + x[t][i]))));
      return { part, layer, divergence: divergence(layer, x), share };
    });
    return {
      part,
      sublayers,
      predicted: sublayers.reduce((sum, { share, layer }) => sum + share * divergence(layer, inputsAfter[layer]), 0),
    };
  });
  networks.forEach((net) => net.dispose());
  return sides;
}

beforeAll(async () => {
  await selectEngine('cpu');
});

describe('substituting in one layer', () => {
  test.each(['post', 'pre'] as const)(
    'diverges as attention computed by hand does, with its share of the residual sum, with %s-normalisation',
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const set = weights(config);
      const { sublayers } = substitutionDivergence({ config, weights: set, batches: [batch] }, space, fewerHeads);
      const expected = byHand(config, set).flatMap((side) => side.sublayers);
      expect(sublayers.map(({ part, layer }) => ({ part, layer }))).toEqual(
        expected.map(({ part, layer }) => ({ part, layer })),
      );
      sublayers.forEach(({ divergence, share, predicted }, i) => {
        expect(divergence).toBeCloseTo(expected[i].divergence, 5);
        expect(share).toBeCloseTo(expected[i].share, 5);
        expect(predicted).toBeCloseTo(expected[i].share * expected[i].divergence, 5);
      });
    },
  );

  test.each(['post', 'pre'] as const)(
    "changes the stack's output by what two whole networks differ, with %s-normalisation",
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const set = weights(config);
      const before = tf.memory().numTensors;
      const { sublayers, everywhere } = substitutionDivergence(
        { config, weights: set, batches: [batch] },
        space,
        otherOperator,
      );
      expect(tf.memory().numTensors).toBe(before);
      expect(sublayers.map(({ part, layer }) => `${part} ${layer}`)).toEqual([
        'encoder 0',
        'encoder 1',
        'encoder 2',
        'decoder 0',
        'decoder 1',
      ]);

      const whole = uniformArchitecture(space, otherOperator.before);
      const changed = (part: 'encoder' | 'decoder', layers: number[]): Architecture => ({
        ...whole,
        [part]: {
          ...whole[part],
          layers: whole[part].layers.map((layer, i) =>
            layers.includes(i) ? { ...layer, ...otherOperator.after } : layer,
          ),
        },
      });
      const outputOf = (architecture: Architecture, part: 'encoder' | 'decoder') => {
        const net = loadNetwork(config, architecture, set);
        const encoding: Encoding = encode(net, batch.source, batch.size);
        const rows =
          part === 'encoder'
            ? rowsOf(encoding.outputs[0], batch.source)
            : rowsOf(decode(net, encoding, batch.input, batch.size), batch.input);
        net.dispose();
        return rows.map(normalised);
      };
      for (const { part, layer, measured } of sublayers) {
        expect(measured).toBeCloseTo(meanSquare(outputOf(whole, part), outputOf(changed(part, [layer]), part)), 5);
        expect(measured).toBeGreaterThan(1e-4);
      }
      for (const { part, measured } of everywhere) {
        expect(measured).toBeCloseTo(meanSquare(outputOf(whole, part), outputOf(changed(part, [0, 1, 2]), part)), 5);
      }
    },
  );

  test('sums over batches as over one', () => {
    const set = weights(tinyConfig);
    const other = randomBatch(tinyConfig, [[7, 2]], 4);
    const measure = (batches: (typeof batch)[]) =>
      substitutionDivergence({ config: tinyConfig, weights: set, batches }, space, otherOperator);
    const [both, first, second] = [measure([batch, other]), measure([batch]), measure([other])];
    // 8 and 7 source tokens, 10 and 2 target tokens.
    both.sublayers.forEach(({ part, divergence }, i) => {
      const [n, m] = part === 'encoder' ? [8, 7] : [10, 2];
      expect(divergence).toBeCloseTo(
        (n * first.sublayers[i].divergence + m * second.sublayers[i].divergence) / (n + m),
        10,
      );
    });
  });

  test('by the same changes nothing', () => {
    const same = { before: fewerHeads.before, after: fewerHeads.before };
    const { sublayers, everywhere } = substitutionDivergence(
      { config: tinyConfig, weights: weights(tinyConfig), batches: [batch] },
      space,
      same,
    );
    for (const { divergence, predicted, measured } of sublayers)
      expect([divergence, predicted, measured]).toEqual([0, 0, 0]);
    for (const { predicted, measured } of everywhere) expect([predicted, measured]).toEqual([0, 0]);
  });
});

describe('equation 1', () => {
  /**
   * A network that it was made for: pre-normalisation, feed-forward networks that give nothing, and operators
   * of small output. Then the encoder's output is the embedding plus the operators' outputs, and hardly more
   * than the substituted one differs.
   */
  const nearlyLinear = (scale: number) => {
    const config: ModelConfig = { ...tinyConfig, norm: 'pre' };
    const set = weights(config);
    for (const [name, { data }] of set.entries) {
      if (/\.down\./.test(name) || /\.out\.bias$/.test(name)) data.fill(0);
      if (/\.attention\.out\.weight$/.test(name)) data.forEach((value, i) => (data[i] = value * scale));
    }
    const { sublayers } = substitutionDivergence({ config, weights: set, batches: [batch] }, space, fewerHeads);
    return sublayers.filter(({ part }) => part === 'encoder');
  };

  test.each(['post', 'pre'] as const)(
    'sums share times divergence as computed by hand at the inputs of the substituted network, with %s-normalisation',
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const set = weights(config);
      const { everywhere } = substitutionDivergence({ config, weights: set, batches: [batch] }, space, fewerHeads);
      const sides = byHand(config, set);
      expect(everywhere.map(({ part }) => part)).toEqual(sides.map(({ part }) => part));
      everywhere.forEach(({ predicted }, i) => {
        expect(predicted).toBeCloseTo(sides[i].predicted, 5);
        // At the inputs of the network as it was the sum is another: whose they are must show.
        const atFormerInputs = sides[i].sublayers.reduce((sum, { share, divergence }) => sum + share * divergence, 0);
        expect(Math.abs(predicted - atFormerInputs)).toBeGreaterThan(1e-3);
      });
    },
  );

  test('predicts the size of the change where the residual sum is all there is', () => {
    for (const { predicted, measured } of nearlyLinear(1e-2)) {
      expect(measured / predicted).toBeGreaterThan(0.5);
      expect(measured / predicted).toBeLessThan(2);
    }
  });

  test("goes with the square of the operators' outputs on both sides", () => {
    const [large, small] = [nearlyLinear(1e-2), nearlyLinear(1e-3)];
    large.forEach(({ predicted, measured }, i) => {
      expect(predicted / small[i].predicted / 100).toBeCloseTo(1, 1);
      expect(measured / small[i].measured / 100).toBeCloseTo(1, 1);
    });
  });
});

describe('the heat map', () => {
  test.each(['encoder', 'decoder'] as const)(
    'of a sentence holds what its divergence is the mean square of, in the %s',
    (part) => {
      const sentence = randomBatch(tinyConfig, [[6, 5]], 5);
      const terms = { config: tinyConfig, weights: weights(tinyConfig) };
      const values = heatMap(terms, space, otherOperator, { part, layer: 1 }, sentence);
      expect(values.map((row) => row.length)).toEqual(Array<number>(part === 'encoder' ? 6 : 5).fill(width));
      const { sublayers } = substitutionDivergence({ ...terms, batches: [sentence] }, space, otherOperator);
      const { divergence } = sublayers.find((sublayer) => sublayer.part === part && sublayer.layer === 1)!;
      expect(
        meanSquare(
          values,
          values.map((row) => row.map(() => 0)),
        ),
      ).toBeCloseTo(divergence, 6);
    },
  );
});
