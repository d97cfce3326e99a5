import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type ModelConfig, special } from '../../../src/model/architecture.ts';
import { embed } from '../../../src/model/embedding.ts';
import { encode, type Encoding } from '../../../src/model/encoder.ts';
import { decode } from '../../../src/model/decoder.ts';
import { parametersOf } from '../../../src/model/parameters.ts';
import { loadNetwork } from '../../../src/model/training-step.ts';
import { heatMap, type Substitution, substitutionDivergence, uniformArchitecture } from '../../../src/nas/divergence/substitution.ts';
import { largestArchitectures, type Space } from '../../../src/nas/space.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../../src/tensor/parameters.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { randomBatch, tinyConfig } from '../../support/network.ts';

const width = 8;
const space: Space = {
  widths: [4, width], ratios: [1], heads: [2, 4], operators: ['attention', 'dynamic'], activations: ['swish'],
  encoderLayers: 3, decoderLayers: [1, 2], crossHeads: [2], spans: [1, 2],
};
const fewerHeads: Substitution = { before: { operator: 'attention', heads: 4 }, after: { operator: 'attention', heads: 2 } };
const otherOperator: Substitution = { before: { operator: 'attention', heads: 4 }, after: { operator: 'dynamic', heads: 4 } };
const batch = randomBatch(tinyConfig, [[5, 4], [3, 6]], 3);
const weights = (config: ModelConfig) => {
  const set = ParameterSet.initialise(largestArchitectures(space).flatMap((a) => parametersOf(config, a)), (name) => new RandomStream(1, name));
  for (const [name, { data }] of set.entries) {
    const random = new RandomStream(2, name);
    data.forEach((_, i) => (data[i] += 0.3 * random.normal()));
  }
  return set;
};

const normalised = (row: number[]) => {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const deviation = Math.sqrt(variance(row));
  return row.map((value) => (value - mean) / deviation);
};
const variance = (row: number[]) => {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  return row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
};
const meanSquare = (a: number[][], b: number[][]) =>
  a.reduce((sum, row, t) => sum + row.reduce((part, value, i) => part + (value - b[t][i]) ** 2, 0), 0) / (a.length * width);

/** Rows at tokens. */
function rowsOf(x: tf.Tensor, ids: Int32Array): number[][] {
  const values = x.dataSync();
  return Array.from(ids, (id, at) => (id === special.padding ? [] : Array.from(values.slice(at * width, (at + 1) * width)))).filter(({ length }) => length > 0);
}

/** Multi-head self-attention of one sentence in float64 (Vaswani et al. 2017, section 3.2), with the supernet's own weights. */
function attention(set: ParameterSet, name: string, x: number[][], heads: number): number[][] {
  const project = (part: string, rows: number[][]) => rows.map((row) => Array.from({ length: width }, (_, out) =>
    row.reduce((sum, value, i) => sum + value * set.get(`${name}.${part}.weight`).data[out * width + i], set.get(`${name}.${part}.bias`).data[out])));
  const [q, k, v] = ['query', 'key', 'value'].map((part) => project(part, x));
  const size = width / heads;
  const mixed = q.map((query) => Array.from({ length: width }, (_, channel) => {
    const from = Math.floor(channel / size) * size;
    const scores = k.map((key) => {
      let score = 0;
      for (let i = from; i < from + size; i++) score += query[i] * key[i];
      return Math.exp(score / Math.sqrt(size));
    });
    const total = scores.reduce((sum, score) => sum + score, 0);
    return scores.reduce((sum, score, s) => sum + (score / total) * v[s][channel], 0);
  }));
  return project('out', mixed);
}

beforeAll(async () => {
  await selectEngine('cpu');
});

describe('substituting in one layer', () => {
  test('diverges as attention computed by hand does, with its share of the residual sum', () => {
    const set = weights(tinyConfig);
    const { sublayers: [first] } = substitutionDivergence({ config: tinyConfig, weights: set, batches: [batch] }, space, fewerHeads);
    const net = loadNetwork(tinyConfig, uniformArchitecture(space, fewerHeads.before), set);
    const x = rowsOf(embed(net, 'encoder', batch.source, batch.size), batch.source);
    net.dispose();
    const sentences = [x.slice(0, 5), x.slice(5)];
    const [four, two] = [4, 2].map((heads) => sentences.flatMap((rows) => attention(set, 'encoder.layers.0.attention', rows, heads)));
    expect(first).toMatchObject({ part: 'encoder', layer: 0 });
    expect(first.divergence).toBeCloseTo(meanSquare(four.map(normalised), two.map(normalised)), 5);
    const share = four.reduce((sum, a, t) => sum + variance(a) / variance(a.map((value, i) => value + x[t][i])), 0) / four.length;
    expect(first.share).toBeCloseTo(share, 5);
    expect(first.predicted).toBeCloseTo(share * first.divergence, 6);
  });

  test.each(['post', 'pre'] as const)("changes the stack's output by what two whole networks differ, with %s-normalisation", (norm) => {
    const config: ModelConfig = { ...tinyConfig, norm };
    const set = weights(config);
    const before = tf.memory().numTensors;
    const { sublayers, everywhere } = substitutionDivergence({ config, weights: set, batches: [batch] }, space, otherOperator);
    expect(tf.memory().numTensors).toBe(before);
    expect(sublayers.map(({ part, layer }) => `${part} ${layer}`)).toEqual(['encoder 0', 'encoder 1', 'encoder 2', 'decoder 0', 'decoder 1']);

    const whole = uniformArchitecture(space, otherOperator.before);
    const changed = (part: 'encoder' | 'decoder', layers: number[]): Architecture => ({
      ...whole, [part]: { ...whole[part], layers: whole[part].layers.map((layer, i) => (layers.includes(i) ? { ...layer, ...otherOperator.after } : layer)) },
    });
    const outputOf = (architecture: Architecture, part: 'encoder' | 'decoder') => {
      const net = loadNetwork(config, architecture, set);
      const encoding: Encoding = encode(net, batch.source, batch.size);
      const rows = part === 'encoder' ? rowsOf(encoding.outputs[0], batch.source) : rowsOf(decode(net, encoding, batch.input, batch.size), batch.input);
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
  });

  test('sums over batches as over one', () => {
    const set = weights(tinyConfig);
    const other = randomBatch(tinyConfig, [[7, 2]], 4);
    const measure = (batches: (typeof batch)[]) => substitutionDivergence({ config: tinyConfig, weights: set, batches }, space, otherOperator);
    const [both, first, second] = [measure([batch, other]), measure([batch]), measure([other])];
    // 8 and 7 source tokens, 10 and 2 target tokens.
    both.sublayers.forEach(({ part, divergence }, i) => {
      const [n, m] = part === 'encoder' ? [8, 7] : [10, 2];
      expect(divergence).toBeCloseTo((n * first.sublayers[i].divergence + m * second.sublayers[i].divergence) / (n + m), 10);
    });
  });

  test('by the same changes nothing', () => {
    const same = { before: fewerHeads.before, after: fewerHeads.before };
    const { sublayers, everywhere } = substitutionDivergence({ config: tinyConfig, weights: weights(tinyConfig), batches: [batch] }, space, same);
    for (const { divergence, predicted, measured } of sublayers) expect([divergence, predicted, measured]).toEqual([0, 0, 0]);
    for (const { predicted, measured } of everywhere) expect([predicted, measured]).toEqual([0, 0]);
  });
});

describe('equation 1', () => {
  /**
   * A network that it was made for: pre-normalisation, feed-forward networks that give nothing, and operators of small output. Then the
   * encoder's output is the embedding plus the operators' outputs, and hardly more than the substituted one differs.
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
  test.each(['encoder', 'decoder'] as const)('of a sentence holds what its divergence is the mean square of, in the %s', (part) => {
    const sentence = randomBatch(tinyConfig, [[6, 5]], 5);
    const terms = { config: tinyConfig, weights: weights(tinyConfig) };
    const values = heatMap(terms, space, otherOperator, { part, layer: 1 }, sentence);
    expect(values.map((row) => row.length)).toEqual(Array<number>(part === 'encoder' ? 6 : 5).fill(width));
    const { sublayers } = substitutionDivergence({ ...terms, batches: [sentence] }, space, otherOperator);
    const { divergence } = sublayers.find((sublayer) => sublayer.part === part && sublayer.layer === 1)!;
    expect(meanSquare(values, values.map((row) => row.map(() => 0)))).toBeCloseTo(divergence, 6);
  });
});
