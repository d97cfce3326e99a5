import { expect, test } from '@jest/globals';
import type { ComparisonDocument } from '../../../schemas/types.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/comparison.ts';
import { subjectOf } from '../../support/reported.ts';

const pair = (low: number, high: number): ComparisonDocument['pairs'][number] => ({
  first: 'found',
  second: 'hand',
  bleu: { difference: (low + high) / 2, interval: { low, high }, pValue: 0.01 },
  single: [],
});

const document = (...pairs: ComparisonDocument['pairs']): ComparisonDocument => ({
  summary: '',
  split: 'test',
  sentences: 1000,
  confidence: 0.95,
  resamples: 10000,
  systems: [
    {
      name: 'found',
      label: 'found',
      variant: {},
      runs: [
        { seed: '1', bleu: 40 },
        { seed: '2', bleu: 42 },
      ],
      bleu: { mean: 41, interval: { low: 39, high: 43 } },
    },
    { name: 'hand', label: 'hand', variant: {}, runs: [{ bleu: 39 }], bleu: { mean: 39 } },
  ],
  pairs,
});

const parts = (made: ComparisonDocument) =>
  report(subjectOf('comparison', [{ id: 'compare', type: 'compare', outputs: { comparison: { comparison: made } } }]));

test.each([
  [
    'is more than chance where its interval is without 0',
    0.5,
    2.5,
    'more than chance',
    /better than hand by more than chance: \+1\.50 BLEU \(95 % interval \+0\.50 to \+2\.50/,
  ],
  [
    'is not settled where its interval has 0',
    -0.5,
    2.5,
    'could be chance',
    /Whether found is better than hand is not settled: \+1\.00 BLEU/,
  ],
])('a difference %s', async (_, low, high, verdict, sentence) => {
  const [differences] = await parts(document(pair(low, high)));
  expect(differences).toMatchObject({ headline: true, commands: ['npm run pipeline made.json5 compare'] });
  expect(differences.text![0]).toMatch(sentence);
  expect((differences.content as Chart).table.rows).toEqual([
    expect.objectContaining({ pair: 'found − hand', verdict, difference: (low + high) / 2, low, high, p: 0.01 }),
  ]);
});

test('systems are shown seed by seed, with the interval of their mean once', async () => {
  const all = await parts(document(pair(0, 1)));
  expect((all.at(-1)!.content as Chart).table.rows).toEqual([
    { system: 'found', seed: '1', bleu: 40, loss: null, mean: 41, low: 39, high: 43 },
    { system: 'found', seed: '2', bleu: 42, loss: null },
    { system: 'hand', seed: null, bleu: 39, loss: null, mean: 39, low: null, high: null },
  ]);
});
