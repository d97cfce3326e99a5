import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Architecture, EncoderLayer, ModelConfig } from '../../src/model/architecture.ts';
import type { Operator } from '../../src/model/mixing/operators.ts';
import { operatorNames } from '../../src/model/mixing/operators.ts';
import { parametersOf } from '../../src/model/parameters.ts';
import { type TrainingState, trainUpdate } from '../../src/model/trainer.ts';
import { gradientsOf } from '../../src/model/gradients.ts';
import { architectureOf, sampleGenes } from '../../src/nas/space.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { engines } from '../support/engines.ts';
import { gradientValues, randomBatch, tinyConfig, type PaperOperator, paperOperators } from '../support/network.ts';
import { largeSteps, newSupernet, smallSpace } from '../support/supernet.ts';

/** Whether element `at` of an array of shape `full` lies in the leading corner of shape `corner`. */
function inCorner(at: number, full: readonly number[], corner: readonly number[]): boolean {
  return full.length === 1 ? at < corner[0] : Math.floor(at / full[1]) < corner[0] && at % full[1] < corner[1];
}

/** Weights, first and second moments as bits, by parameter. */
function bitsOf({ parameters }: TrainingState): Map<string, Uint32Array>[] {
  const { weights, moments } = parameters.toHost();
  return [weights, moments.first, moments.second].map(
    (set) => new Map([...set.entries].map(([name, { data }]) => [name, new Uint32Array(data.slice().buffer)])),
  );
}

const same = (a: Uint32Array, b: Uint32Array) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
/** The same memory as numbers. */
const numbersOf = (bits: Uint32Array) => new Float32Array(bits.buffer);

/**
 * Weight and moments of one element after an update, in double precision (Kingma and Ba 2015, decay
 * decoupled, ε beside the uncorrected √v).
 */
function adam([w, m, v]: number[], g: number, update: number): number[] {
  const {
    schedule: { peak, initial, warmup },
    adam: { beta1, beta2, epsilon, weightDecay },
  } = largeSteps;
  const rate = update <= warmup ? initial + ((peak - initial) * update) / warmup : peak * Math.sqrt(warmup / update);
  const first = beta1 * m + (1 - beta1) * g;
  const second = beta2 * v + (1 - beta2) * g * g;
  const step = (rate * Math.sqrt(1 - beta2 ** update)) / (1 - beta1 ** update);
  return [w - rate * weightDecay * w - (step * first) / (Math.sqrt(second) + epsilon), first, second];
}

/** All engines share the loops around the kernels: the quickest is enough for many updates. */
const manyOn = engines.at(-1);

describe.each(engines)('an update of a random subnet on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  const updates = engine === manyOn ? 80 : 8;

  test.each(['post', 'pre'] as const)(
    `moves each of its own weights and moments as Adam does, and no other bit, with %s-normalisation (${updates} updates)`,
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm, dropout: 0.1, weightDropout: 0.1, attentionDropout: 0.1 };
      const state = newSupernet(config, smallSpace);
      const draws = new RandomStream(41);
      const used = new Set<Operator>();
      const faults: string[] = [];
      let still = 0;
      let own = 0;
      let before = bitsOf(state);
      for (let update = 1; update <= updates; update++) {
        const architecture = architectureOf(smallSpace, sampleGenes(smallSpace, draws));
        for (const { operator } of [...architecture.encoder.layers, ...architecture.decoder.layers]) used.add(operator);
        const batch = randomBatch(
          config,
          [
            [4, 3],
            [2, 5],
            [1, 1],
          ],
          update,
        );
        const corners = new Map(parametersOf(config, architecture).map(({ name, shape }) => [name, shape]));
        const gradients = gradientValues(
          gradientsOf(
            config,
            architecture,
            state.parameters,
            [batch],
            largeSteps.loss,
            (part) => new RandomStream(largeSteps.seed.value, largeSteps.seed.stream, 'dropout', update, part),
          ),
        );
        trainUpdate(state, architecture, [batch], largeSteps);
        const after = bitsOf(state);
        for (const [name, { shape: full, data }] of state.parameters.toHost().weights.entries) {
          const corner = corners.get(name);
          const [old, now] = [before, after].map((sets) => sets.map((set) => set.get(name)!));
          if (!corner) {
            if (old.some((bits, i) => !same(bits, now[i])))
              faults.push(`update ${update}: ${name} changed, and is none of the subnet's`);
            continue;
          }
          const [oldNumbers, newNumbers] = [old.map(numbersOf), now.map(numbersOf)];
          let place = 0;
          for (let at = 0; at < data.length; at++) {
            const stays = old[0][at] === now[0][at] && old[1][at] === now[1][at] && old[2][at] === now[2][at];
            if (!inCorner(at, full, corner)) {
              if (!stays) faults.push(`update ${update}: ${name} at ${at} changed, and is none of the subnet's`);
              continue;
            }
            own++;
            const g = gradients.get(name)![place++] / batch.tokens;
            const numbers = oldNumbers.map((values) => values[at]);
            const expected = adam(numbers, g, update);
            // Single precision rounds each sum by its terms.
            const scales = [
              Math.abs(numbers[0]) + 1e-2,
              Math.max(Math.abs(numbers[1]), Math.abs(g)),
              Math.max(numbers[2], g * g),
            ];
            for (let i = 0; i < 3; i++) {
              if (!(Math.abs(newNumbers[i][at] - expected[i]) <= 2e-6 * scales[i] + 1e-38))
                faults.push(
                  `update ${update}: ${name} at ${at}, array ${i}, is ${newNumbers[i][at]}, not ${expected[i]}`,
                );
            }
            if (stays) {
              still++;
              if (numbers.some((value) => value !== 0) || Math.abs(g) > 1e-18)
                faults.push(`update ${update}: ${name} at ${at} stayed as it was`);
            }
          }
        }
        before = after;
      }
      expect(faults.slice(0, 10)).toEqual([]);
      // What stays is the padding row of both embeddings, and biases without a gradient yet.
      expect(still).toBeLessThan(0.02 * own);
      expect(used.size).toBe(operatorNames.length);
    },
  );
});

describe('two subnets share', () => {
  const K = tinyConfig.kernels[0];
  const config: ModelConfig = { ...tinyConfig, kernels: [K] };
  const space = { ...smallSpace, encoderLayers: 1, decoderLayers: [1], crossHeads: [2], spans: [1] };

  /** One choice of each size of a cell; the other side has the other width. */
  interface Cell {
    operator: PaperOperator;
    width: 8 | 16;
    heads: 2 | 4;
    ratio: 1 | 1.5;
  }

  const attention = (d: number) => ({
    'query.weight': [d, d],
    'query.bias': [d],
    'key.weight': [d, d],
    'key.bias': [d],
    'value.weight': [d, d],
    'value.bias': [d],
    'out.weight': [d, d],
    'out.bias': [d],
  });
  const convolution = (d: number, kernel: number[]) => ({
    'in.weight': [d, d],
    'in.bias': [d],
    kernel,
    'out.weight': [d, d],
    'out.bias': [d],
  });
  const under = (prefix: string, shapes: Record<string, number[]>) =>
    Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}.${name}`, shape]));

  /** What an operator of d channels and H heads uses: rows and columns of its own matrices, from the first. */
  const mixing: Record<PaperOperator, (d: number, H: number) => Record<string, number[]>> = {
    attention,
    light: (d, H) => convolution(d, [H, K]),
    dynamic: (d, H) => convolution(d, [H * K, d]),
    'lsra-light': (d, H) => ({
      ...under('attention', attention(d / 2)),
      ...under('convolution', convolution(d / 2, [H, K])),
    }),
    'lsra-dynamic': (d, H) => ({
      ...under('attention', attention(d / 2)),
      ...under('convolution', convolution(d / 2, [H * K, d / 2])),
    }),
  };
  const norm = (d: number) => ({ weight: [d], bias: [d] });
  const feedForward = (d: number, f: number) => ({
    'up.weight': [f, d],
    'up.bias': [f],
    'down.weight': [d, f],
    'down.bias': [d],
  });
  const otherWidth = (width: number) => 24 - width;

  /** All that a subnet of one encoder and one decoder cell uses, decoder as given and encoder of the other width. */
  function table({ operator, width: d, heads: H, ratio }: Cell): Record<string, number[]> {
    const e = otherWidth(d);
    return {
      'encoder.embedding.weight': [config.sourceTypes, e],
      ...under(`encoder.layers.0.${operator}`, mixing[operator](e, H)),
      ...under('encoder.layers.0.mixing-norm', norm(e)),
      ...under('encoder.layers.0.feed-forward', feedForward(e, ratio * e)),
      ...under('encoder.layers.0.feed-forward-norm', norm(e)),
      'decoder.embedding.weight': [config.targetTypes, d],
      ...under(`decoder.layers.0.${operator}`, mixing[operator](d, H)),
      ...under('decoder.layers.0.mixing-norm', norm(d)),
      // Keys and values come from the encoder's width.
      ...under('decoder.layers.0.cross', { ...attention(d), 'key.weight': [d, e], 'value.weight': [d, e] }),
      ...under('decoder.layers.0.cross-norm', norm(d)),
      ...under('decoder.layers.0.feed-forward', feedForward(d, ratio * d)),
      ...under('decoder.layers.0.feed-forward-norm', norm(d)),
      'output.weight': [config.targetTypes, d],
    };
  }

  function subnet({ operator, width, heads, ratio }: Cell): Architecture {
    const layer = (d: number): EncoderLayer => ({ operator, heads, inner: ratio * d, activation: 'swish' });
    const e = otherWidth(width);
    return {
      encoder: { width: e, layers: [layer(e)] },
      decoder: { width, layers: [{ ...layer(width), crossHeads: 2, span: 1 }] },
    };
  }

  const cells = paperOperators.flatMap((operator) =>
    ([8, 16] as const).flatMap((width) =>
      ([2, 4] as const).flatMap((heads) =>
        ([1, 1.5] as const).map((ratio): Cell => ({ operator, width, heads, ratio })),
      ),
    ),
  );
  /** Of each cell, the elements that one update of it touches, by parameter; absent where it touches none. */
  let touched: Map<string, Uint8Array>[];

  beforeAll(async () => {
    await selectEngine('wasm');
    const batch = randomBatch(config, [
      [4, 3],
      [2, 5],
    ]);
    touched = cells.map((cell) => {
      const state = newSupernet(config, space);
      // Nothing stays where it is for being zero: weight decay alone moves it.
      for (const { data } of state.parameters.toHost().weights.entries.values())
        data.forEach((value, i) => (data[i] = value + 1));
      const before = bitsOf(state)[0];
      trainUpdate(state, subnet(cell), [batch], largeSteps);
      const after = bitsOf(state)[0];
      return new Map(
        [...before]
          .filter(([name, bits]) => !same(bits, after.get(name)!))
          .map(([name, bits]) => [name, Uint8Array.from(bits, (bit, at) => Number(bit !== after.get(name)![at]))]),
      );
    });
  });

  const full = newSupernet(config, space).parameters.toHost().weights;

  /** Names and extents of the corners that both have by the table. */
  function expected(one: Cell, other: Cell): Record<string, number[]> {
    const [a, b] = [table(one), table(other)];
    return Object.fromEntries(
      Object.keys(a)
        .filter((name) => b[name])
        .map((name) => [name, a[name].map((extent, axis) => Math.min(extent, b[name][axis]))]),
    );
  }

  test.each(paperOperators.flatMap((one, i) => paperOperators.slice(i).map((other) => [one, other] as const)))(
    "%s and %s: the smaller corner of what is one operator's, and of all that is every operator's; at any widths, heads and ratios",
    (first, second) => {
      cells.forEach((one, i) =>
        cells.forEach((other, j) => {
          if (one.operator !== first || other.operator !== second) return;
          const corners = expected(one, other);
          const wrong: string[] = [];
          for (const [name, { shape }] of full.entries) {
            const corner = corners[name];
            const [a, b] = [touched[i].get(name), touched[j].get(name)];
            const shared = a && b && a.some((touch, at) => touch & b[at]);
            const fits = corner
              ? a?.every((touch, at) => (touch & (b?.[at] ?? 0)) === Number(inCorner(at, shape, corner)))
              : !shared;
            if (!fits) wrong.push(name);
          }
          expect({ one, other, wrong }).toEqual({ one, other, wrong: [] });
        }),
      );
    },
  );

  test('of different operators no matrix of the operators themselves', () => {
    const names = (operator: PaperOperator) =>
      Object.keys(table({ operator, width: 16, heads: 4, ratio: 1 })).filter((name) =>
        name.includes(`.layers.0.${operator}.`),
      );
    for (const one of paperOperators)
      for (const other of paperOperators)
        if (one !== other) expect(names(one).filter((name) => names(other).includes(name))).toEqual([]);
    expect(paperOperators.map((operator) => names(operator).length)).toEqual([16, 10, 10, 26, 26]);
  });
});
