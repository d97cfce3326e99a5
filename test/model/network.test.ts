import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { type ModelConfig, special } from '../../src/model/architecture.ts';
import { type Batch, collate, padLeft } from '../../src/model/batch.ts';
import {
  decode,
  decodeStep,
  type DecoderState,
  memoriesOf,
  selectMemories,
  startState,
} from '../../src/model/decoder.ts';
import { encode } from '../../src/model/encoder.ts';
import type { Network } from '../../src/model/network.ts';
import { forward } from '../../src/model/forward.ts';
import { gradientsOf } from '../../src/model/gradients.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { lossOf, smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import type { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { anyNetwork, type DrawnNetwork, length, sharedWeights, shortLength } from '../support/any-network.ts';
import { engines } from '../support/engines.ts';
import {
  gradientValues,
  padFurther,
  randomBatch,
  randomSentence,
  randomWeights,
  stacks,
  tinyConfig,
  tinyStack,
  withFilledPadding,
} from '../support/network.ts';

const dropoutOf = (part: number) => new RandomStream(1, part);

const weights = sharedWeights();
const filled = withFilledPadding(weights);

/** By how much more than the longest sentence a batch is padded. */
const further = fc.record({ source: fc.nat(6), target: fc.nat(6) });

function withNetwork<T>({ config, architecture }: DrawnNetwork, from: ParameterSet, compute: (net: Network) => T): T {
  const net = loadNetwork(config, architecture, from);
  const result = compute(net);
  net.dispose();
  return result;
}

/** Logits of each sentence's own target steps, without those of padding. */
function logitsOf(net: Network, batch: Batch): number[][][] {
  const logits = tf.tidy(() => forward(net, batch).arraySync());
  return Array.from({ length: batch.size }, (_, row) =>
    logits
      .slice(row * batch.targetLength, (row + 1) * batch.targetLength)
      .filter((_, t) => batch.target[row * batch.targetLength + t] !== special.padding),
  );
}

function largestDifference(actual: readonly number[][], expected: readonly number[][]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...expected.flatMap((row, t) => row.map((value, i) => Math.abs(actual[t][i] - value))));
}

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });
  // The reference engine is very slow. Mixed networks have every operator on either side.
  const slow = engine === 'cpu';
  const tokens = slow ? shortLength : length;
  const runs = { numRuns: { cpu: 2, wasm: 4 }[engine] ?? 8 };
  /** Lengths of source and target of some sentence pairs. */
  const pairs = fc.array(fc.tuple(tokens, tokens), { minLength: 1, maxLength: 3 });

  describe.each(slow ? (['mixed'] as const) : stacks)('a network of layers: %s', (stack) => {
    test('sees no later target token, at no step', () => {
      const longer = fc.tuple(
        tokens,
        tokens.map((count) => count + 1),
      );
      fc.assert(
        fc.property(anyNetwork(stack), longer, pairs, fc.nat(), (drawn, lengths, others, choice) => {
          const { config, seed } = drawn;
          const batch = randomBatch(config, [lengths, ...others], seed);
          // The last token, `</s>`, is never read.
          const at = choice % (lengths[1] - 1);
          const changed = { ...batch, input: batch.input.slice() };
          changed.input[at + 1] = batch.input[at + 1] === special.unknown ? special.unknown + 1 : special.unknown;
          const [before, after] = withNetwork(drawn, weights, (net) =>
            [batch, changed].map((each) => logitsOf(net, each)),
          );
          expect(after[0].slice(0, at + 1)).toEqual(before[0].slice(0, at + 1));
          expect(after[0][at + 1]).not.toEqual(before[0][at + 1]);
          expect(after.slice(1)).toEqual(before.slice(1));
        }),
        runs,
      );
    });

    test('gives the same logits, losses and gradients, whatever stands in padding', () => {
      fc.assert(
        fc.property(anyNetwork(stack), pairs, further, (drawn, lengths, extra) => {
          const { config, architecture, seed } = drawn;
          const batch = padFurther(randomBatch(config, lengths, seed), extra);
          const outputs = (from: ParameterSet) =>
            withNetwork(drawn, from, (net) => ({ logits: logitsOf(net, batch), loss: lossOf(net, batch, 0.1) }));
          expect(outputs(filled)).toEqual(outputs(weights));
          const gradients = (from: ParameterSet) =>
            gradientValues(gradientsOf(config, architecture, from, [batch], smoothedCrossEntropyLoss(0.1), dropoutOf));
          const [expected, actual] = [gradients(weights), gradients(filled)];
          const differs = (name: string) => expected.get(name)!.some((value, i) => value !== actual.get(name)![i]);
          expect([...expected.keys()].filter(differs)).toEqual([]);
          for (const side of ['encoder', 'decoder'] as const) {
            const { width } = architecture[side];
            const ofPadding = actual
              .get(`${side}.embedding.weight`)!
              .subarray(special.padding * width, (special.padding + 1) * width);
            expect(ofPadding.every((value) => value === 0)).toBe(true);
          }
        }),
        { numRuns: runs.numRuns / 2 },
      );
    });

    test('gives a batch what its sentences give alone, however far they are padded', () => {
      fc.assert(
        fc.property(anyNetwork(stack), pairs, further, (drawn, lengths, extra) => {
          const { config, seed } = drawn;
          const random = new RandomStream(seed, 'sentences');
          const sentences = lengths.map(([source, target]) => [
            randomSentence(config.sourceTypes, source, random),
            randomSentence(config.targetTypes, target, random),
          ]);
          const batch = padFurther(
            collate(
              sentences.map(([source]) => source),
              sentences.map(([, target]) => target),
            ),
            extra,
          );
          withNetwork(drawn, filled, (net) =>
            logitsOf(net, batch).forEach((logits, row) => {
              const [source, target] = sentences[row];
              expect(largestDifference(logits, logitsOf(net, collate([source], [target]))[0])).toBeLessThan(1e-4);
            }),
          );
        }),
        runs,
      );
    });

    test('decodes hypotheses step by step, while they are dropped, repeated and reordered, as each at once', () => {
      const sourceLengths = fc.array(tokens, { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(anyNetwork(stack), sourceLengths, tokens, (drawn, lengths, steps) => {
          const { config, seed } = drawn;
          const random = new RandomStream(seed, 'hypotheses');
          const sources = lengths.map((count) => randomSentence(config.sourceTypes, count, random));
          withNetwork(drawn, filled, (net) =>
            tf.tidy(() => {
              let memories = memoriesOf(net, encode(net, padLeft(sources), sources.length));
              let state: DecoderState = startState;
              // Hypotheses of one sentence after the other, equally many of each: what they have read, and
              // the features after each token.
              let groups = sources.map((source) => [{ source, read: [] as number[], features: [] as number[][] }]);
              for (let step = 0; step < steps; step++) {
                const rows = groups.flat();
                const ids = Int32Array.from(rows, () =>
                  step === 0 ? special.end : special.unknown + random.integer(config.targetTypes - 3),
                );
                const next = decodeStep(net, memories, state, ids);
                const features = next.features.arraySync() as number[][][];
                const extended = rows.map((row, i) => ({
                  ...row,
                  read: [...row.read, ids[i]],
                  features: [...row.features, features[i][0]],
                }));
                if (step === steps - 1) {
                  const whole = decode(
                    net,
                    encode(net, padLeft(rows.map(({ source }) => source)), rows.length),
                    Int32Array.from(extended.flatMap(({ read }) => read)),
                    rows.length,
                  ).arraySync() as number[][][];
                  extended.forEach((row, i) => expect(largestDifference(row.features, whole[i])).toBeLessThan(1e-4));
                  return;
                }
                // As in a beam search: a sentence may be done, and each other goes on with any of its
                // hypotheses, some of them twice.
                const many = groups[0].length;
                const places = [...groups.keys()].filter((place) => place === 0 || random.integer(8) > 0);
                const width = 1 + random.integer(3);
                const parents = places.map((place) =>
                  Array.from({ length: width }, () => place * many + random.integer(many)),
                );
                groups = parents.map((group) => group.map((parent) => extended[parent]));
                state = { ...next.state, parents: Int32Array.from(parents.flat()) };
                memories = selectMemories(memories, Int32Array.from(places));
              }
            }),
          );
        }),
        runs,
      );
    });
  });

  test('a training step leaves no tensor behind', () => {
    const architecture = tinyStack('mixed');
    const config = { ...tinyConfig, dropout: 0.2, weightDropout: 0.1 };
    const weights = randomWeights(config, architecture);
    const batch = randomBatch(config, [
      [5, 4],
      [3, 6],
    ]);
    const before = tf.memory().numTensors;
    const one = gradientsOf(config, architecture, weights, [batch, batch], smoothedCrossEntropyLoss(0.1), dropoutOf);
    tf.dispose(one.tensors);
    expect(tf.memory().numTensors).toBe(before);
    expect(one.tokens).toBe(20);
  });
});

// Differences take hundreds of losses, hence one engine; PyTorch's gradients are compared with those of all, elsewhere.
describe('on the quickest engine', () => {
  beforeAll(async () => {
    await selectEngine(engines.at(-1)!);
  });

  test.each(['post', 'pre'] as const)(
    'a mixed network with %s-normalisation has the gradient that finite differences give',
    (norm) => {
      const config: ModelConfig = { ...tinyConfig, norm };
      const architecture = tinyStack('mixed');
      const weights = randomWeights(config, architecture);
      const batch = randomBatch(config, [
        [5, 4],
        [3, 6],
        [1, 1],
      ]);
      const gradients = gradientsOf(config, architecture, weights, [batch], smoothedCrossEntropyLoss(0.1), dropoutOf);
      const loss = () => {
        const net = loadNetwork(config, architecture, weights);
        const sums = lossOf(net, batch, 0.1);
        net.dispose();
        return sums.smoothed;
      };
      expect(loss()).toBeCloseTo(gradients.loss, 3);
      for (const [name, gradient] of gradientValues(gradients)) {
        const { data } = weights.get(name);
        // Along the gradient itself, normalised: the largest slope there is, so that rounding hides the least of it.
        const length = Math.hypot(...gradient);
        if (length < 0.05) continue;
        const before = data.slice();
        // A step across the kink of a ReLU spoils the slope: it must be short.
        const step = 1e-3;
        const at = (sign: number) => {
          for (let i = 0; i < data.length; i++) data[i] = before[i] + (sign * step * gradient[i]) / length;
          return loss();
        };
        const slope = (at(1) - at(-1)) / (2 * step);
        data.set(before);
        // The loss is about 40 nats in single precision: rounding alone moves a slope by up to 4e-6 / step.
        expect({ name, error: Math.abs(slope - length) > 0.01 * length + 4e-6 / step }).toEqual({ name, error: false });
      }
    },
  );
});
