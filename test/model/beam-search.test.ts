import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { collate } from '../../src/model/batch.ts';
import { beamSearch } from '../../src/model/beam-search.ts';
import type { BeamOptions, Hypothesis } from '../../src/model/hypotheses.ts';
import type { Network } from '../../src/model/network.ts';
import { forward } from '../../src/model/forward.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import type { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { anyNetwork, type DrawnNetwork, length, sharedWeights } from '../support/any-network.ts';
import { engines } from '../support/engines.ts';
import {
  randomSentence,
  randomWeights,
  type Stack,
  stacks,
  tinyConfig,
  tinyStack,
  withChanged,
  withFilledPadding,
} from '../support/network.ts';

/** Ids 0 `<s>`, 1 `<pad>`, 2 `</s>`, 3 `<unk>` and three words. */
const types = 7;
const end = 2;
const words = [0, 3, 4, 5, 6];
const config: ModelConfig = { ...tinyConfig, targetTypes: types };
const random = new RandomStream(20);
const sources = [6, 1, 3].map((length) => randomSentence(config.sourceTypes, length, random));

type Loaded = ReturnType<typeof loadNetwork>;

function network(stack: Stack, { sharpness = 1, seed = 3 } = {}): Loaded {
  const architecture = tinyStack(stack);
  return loadNetwork(config, architecture, sharpened(randomWeights(config, architecture, seed), sharpness));
}

/** Any network, with large values in padding, and sentences for it. */
interface Drawn {
  drawn: DrawnNetwork;
  sharpness: number;
  sources: Int32Array[];
}

const shared = withFilledPadding(sharedWeights());
const drawnOf = (stack: fc.Arbitrary<Stack>): fc.Arbitrary<Drawn> =>
  fc
    .record({
      drawn: stack.chain(anyNetwork),
      sharpness: fc.integer({ min: 1, max: 4 }),
      lengths: fc.array(length, { minLength: 1, maxLength: 4 }),
    })
    .map(({ drawn, sharpness, lengths }) => {
      const random = new RandomStream(drawn.seed, 'sources');
      return { drawn, sharpness, sources: lengths.map((tokens) => randomSentence(config.sourceTypes, tokens, random)) };
    });

function load({ drawn, sharpness }: Drawn): Loaded {
  return loadNetwork({ ...drawn.config, targetTypes: types }, drawn.architecture, sharpened(shared, sharpness));
}

/** With larger logits, so that less probable hypotheses fall behind sooner. */
function sharpened(weights: ParameterSet, sharpness: number): ParameterSet {
  return withChanged(weights, 'output.weight', (data) => data.map((value) => sharpness * value));
}

/** log p of every next id after each of some prefixes of one length, from the whole-sentence network. */
function nextLogs(net: Network, source: Int32Array, prefixes: readonly (readonly number[])[]): number[][] {
  return tf.tidy(() => {
    const length = prefixes[0].length + 1;
    const logits = forward(
      net,
      collate(
        prefixes.map(() => source),
        prefixes.map((ids) => Int32Array.from([...ids, end])),
      ),
    ).arraySync();
    return prefixes.map((_, row) => {
      const last = logits[(row + 1) * length - 1];
      const largest = Math.max(...last);
      const logSum = largest + Math.log(last.reduce((sum, x) => sum + Math.exp(x - largest), 0));
      return last.map((x) => x - logSum);
    });
  });
}

/** A beginning of a translation and its log p. */
interface Prefix {
  ids: number[];
  sum: number;
}

/** Every hypothesis of 1 to `maxLength` tokens, `</s>` not counted. */
function exhaustive(net: Network, source: Int32Array, maxLength: number, lengthPenalty: number): Hypothesis[] {
  const all: Hypothesis[] = [];
  let prefixes: Prefix[] = [{ ids: [], sum: 0 }];
  for (let length = 1; length <= maxLength + 1; length++) {
    const logs = nextLogs(
      net,
      source,
      prefixes.map(({ ids }) => ids),
    );
    if (length > 1)
      prefixes.forEach(({ ids, sum }, i) => all.push({ ids, score: (sum + logs[i][end]) / length ** lengthPenalty }));
    prefixes = prefixes.flatMap(({ ids, sum }, i) =>
      words.map((id) => ({ ids: [...ids, id], sum: sum + logs[i][id] })),
    );
  }
  return all.sort((a, b) => b.score - a.score);
}

/** fairseq's search (sequence_generator.py) over whole prefixes, without state, one sentence at a time. */
function reference(net: Network, source: Int32Array, { beam, lengthPenalty, maxLength }: BeamOptions): Hypothesis[] {
  const finished: Hypothesis[] = [];
  let beams: Prefix[] = [{ ids: [], sum: 0 }];
  for (let length = 1; length <= maxLength + 1 && finished.length < beam; length++) {
    const logs = nextLogs(
      net,
      source,
      beams.map(({ ids }) => ids),
    );
    const choices = [...(length <= maxLength ? words : []), ...(length > 1 ? [end] : [])];
    const candidates = beams
      .flatMap(({ ids, sum }, i) => choices.map((id) => ({ ids: [...ids, id], sum: sum + logs[i][id] })))
      .sort((a, b) => b.sum - a.sum)
      .slice(0, 2 * beam);
    candidates.slice(0, beam).forEach(({ ids, sum }) => {
      if (ids.at(-1) === end && finished.length < beam)
        finished.push({ ids: ids.slice(0, -1), score: sum / length ** lengthPenalty });
    });
    beams = candidates.filter(({ ids }) => ids.at(-1) !== end).slice(0, beam);
  }
  return finished.sort((a, b) => b.score - a.score);
}

function expectSame(actual: readonly Hypothesis[], expected: readonly Hypothesis[]): void {
  expect(actual.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
  actual.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i].score, 4));
}

/** The same hypotheses with the same scores, in the same order but for scores that are equal up to rounding. */
function expectSameRanking(actual: readonly Hypothesis[], expected: readonly Hypothesis[]): void {
  const scores = new Map(expected.map(({ ids, score }) => [ids.join(), score]));
  expect(actual).toHaveLength(expected.length);
  expect(new Set(actual.map(({ ids }) => ids.join()))).toEqual(new Set(scores.keys()));
  actual.forEach(({ ids, score }, rank) => {
    expect(score).toBeCloseTo(scores.get(ids.join())!, 4);
    expect(score).toBeCloseTo(expected[rank].score, 4);
  });
}

describe.each(engines.filter((name) => name !== 'cpu'))('on the %s engine, beam search', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  const anyStack = fc.constantFrom(...stacks);

  test.each(stacks)(
    'with a beam as wide as all finds every hypothesis, in the order of an exhaustive search, with layers: %s',
    (stack) => {
      const net = network(stack);
      const results = beamSearch(net, sources, { beam: 200, lengthPenalty: 1, maxLength: 2 });
      sources.forEach((source, i) => expectSame(results[i], exhaustive(net, source, 2, 1)));
      net.dispose();
    },
  );

  test.each([0, 1.5])('with a length penalty of %f finds the best of all', (lengthPenalty) => {
    const net = network('mixed', { sharpness: 2 });
    const results = beamSearch(net, sources, { beam: 1000, lengthPenalty, maxLength: 3 });
    sources.forEach((source, i) =>
      expectSame(results[i].slice(0, 1), exhaustive(net, source, 3, lengthPenalty).slice(0, 1)),
    );
    net.dispose();
  });

  test('gives the n best of an exhaustive search with their scores, for any network, length penalty and batch', () => {
    fc.assert(
      fc.property(drawnOf(anyStack), fc.double({ min: 0, max: 2, noNaN: true }), (drawn, lengthPenalty) => {
        const net = load(drawn);
        const results = beamSearch(net, drawn.sources, { beam: 200, lengthPenalty, maxLength: 2 });
        drawn.sources.forEach((source, i) => expectSameRanking(results[i], exhaustive(net, source, 2, lengthPenalty)));
        net.dispose();
      }),
      { numRuns: 8 },
    );
  });

  test('ranks the n best of a sentence in a batch as it does alone, for any network and beam', () => {
    fc.assert(
      fc.property(drawnOf(anyStack), fc.integer({ min: 1, max: 5 }), (drawn, beam) => {
        const net = load(drawn);
        const options = { beam, lengthPenalty: 1, maxLength: 6 };
        const together = beamSearch(net, drawn.sources, options);
        drawn.sources.forEach((source, i) => expectSameRanking(beamSearch(net, [source], options)[0], together[i]));
        net.dispose();
      }),
      { numRuns: 8 },
    );
  });

  test.each(stacks)(
    "with a narrow beam takes the steps of fairseq's search over whole prefixes, with layers: %s",
    (stack) => {
      const narrow: fc.Arbitrary<BeamOptions> = fc.record({
        beam: fc.integer({ min: 1, max: 4 }),
        lengthPenalty: fc.constantFrom(0, 0.6, 1),
        maxLength: fc.integer({ min: 1, max: 9 }),
      });
      fc.assert(
        fc.property(drawnOf(fc.constant(stack)), narrow, (drawn, options) => {
          const net = load(drawn);
          const results = beamSearch(net, drawn.sources, options);
          drawn.sources.forEach((source, i) => expectSame(results[i], reference(net, source, options)));
          net.dispose();
        }),
        { numRuns: 4 },
      );
    },
  );

  test("gives no empty translation, since fairseq's shortest has one token", () => {
    for (const seed of [1, 2, 3]) {
      const net = network('mixed', { seed, sharpness: 4 });
      const options = { beam: 3, lengthPenalty: 1, maxLength: 6 };
      beamSearch(net, sources, options).forEach((result, i) => {
        expect(result.filter(({ ids }) => ids.length === 0)).toEqual([]);
        expectSame(result, reference(net, sources[i], options));
      });
      net.dispose();
    }
  });

  test('never says padding, keeps to the greatest length, and gives at most `beam` hypotheses, best first', () => {
    const net = network('mixed', { sharpness: 3 });
    for (const maxLength of [1, 2, 5]) {
      for (const result of beamSearch(net, sources, { beam: 4, lengthPenalty: 1, maxLength })) {
        expect(result.length).toBeGreaterThan(0);
        expect(result.length).toBeLessThanOrEqual(4);
        result.forEach(({ ids, score }, i) => {
          expect(ids).not.toContain(1);
          expect(ids).not.toContain(end);
          expect(ids.length).toBeLessThanOrEqual(maxLength);
          expect(i === 0 || result[i - 1].score >= score).toBe(true);
        });
      }
    }
    net.dispose();
  });

  test.each(stacks)('leaves no tensor behind, with layers: %s', (stack) => {
    const before = tf.memory().numTensors;
    const net = network(stack, { sharpness: 2 });
    beamSearch(net, sources, { beam: 3, lengthPenalty: 1, maxLength: 6 });
    net.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
