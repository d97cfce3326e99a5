import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beamSearch } from '../../src/model/beam-search.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { StageError } from '../../src/runner/stage.ts';
import { decode } from '../../src/translation/decoding.ts';
import { randomSentence, randomWeights, tinyArchitecture, tinyConfig } from '../support/network.ts';

const random = new RandomStream(5);
const sentences = [4, 2, 9, 4, 2, 6, 3].map((length) => randomSentence(tinyConfig.sourceTypes, length, random));
const architecture = tinyArchitecture('lsra-dynamic');
const search = { beam: 4, lengthPenalty: 1, maxLength: 6 };
const options = { ...search, batchSentences: 128, batchTokens: 1000, nBest: 1 };
let net: ReturnType<typeof loadNetwork>;

beforeAll(async () => {
  await selectEngine('wasm');
  net = loadNetwork(tinyConfig, architecture, randomWeights(tinyConfig, architecture, 3));
});

describe('decoding many sentences', () => {
  test('gives the n best of each sentence that it has alone, in place, however they are batched', () => {
    const alone = sentences.map((sentence) => beamSearch(net, [sentence], search)[0]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 60 }),
        (nBest, batchSentences, batchTokens) => {
          const progress: number[] = [];
          const results = decode(net, sentences, { ...search, nBest, batchSentences, batchTokens }, (done) =>
            progress.push(done),
          );
          results.forEach((hypotheses, i) => {
            const expected = alone[i].slice(0, nBest);
            expect(hypotheses.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
            hypotheses.forEach(({ score }, rank) => expect(score).toBeCloseTo(expected[rank].score, 4));
          });
          expect(progress.at(-1)).toBe(sentences.length);
          expect(progress.length).toBeGreaterThanOrEqual(sentences.length / batchSentences);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('of nothing but the end of a sentence are empty, and change nothing for others', () => {
    const none = Int32Array.of(2);
    const [alone] = decode(net, [sentences[0]], { ...options, nBest: 2 });
    const empty = [{ ids: [], score: 0 }];
    expect(decode(net, [none, sentences[0], none], { ...options, nBest: 2 })).toEqual([empty, alone, empty]);
  });

  test('refuses more hypotheses than a beam finishes', () => {
    expect(() => decode(net, sentences, { ...options, nBest: 5 })).toThrow(StageError);
    expect(() => decode(net, sentences, { ...options, nBest: 5 })).toThrow(
      'nBest is 5, and a beam of 4 finishes no more than 4 hypotheses',
    );
  });

  test('says so where weights overflow and no translation has a probability', () => {
    const weights = randomWeights(tinyConfig, architecture);
    weights.get('output.weight').data.fill(3e38);
    const broken = loadNetwork(tinyConfig, architecture, weights);
    expect(() => decode(broken, sentences, options)).toThrow(
      /gives no translation a probability: its weights overflow/,
    );
    broken.dispose();
  });
});
