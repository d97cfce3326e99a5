import { expect, test } from '@jest/globals';
import type { PredictorDocument } from '../../../schemas/types.ts';
import type { Chart, PlainTable } from '../../../src/report/part.ts';
import report from '../../../stages/reports/predictor.ts';
import { subjectOf } from '../../support/reported.ts';

const document = {
  summary: 'off by 3 %',
  kind: 'trees',
  features: { set: 'hat', kept: ['depth', 'width'] },
  rows: { train: 80, valid: 10, test: 10, noisy: 0 },
  error: { root: 1.5, percent: 3.25, tau: 0.9 },
  importance: [
    { feature: 'width', tau: 0.2, permutation: 0.1 },
    { feature: 'depth', tau: 0.7, permutation: 0.6 },
  ],
} as unknown as PredictorDocument;

test('a predictor says its errors, and its features by importance', async () => {
  const [errors, features] = await report(
    subjectOf('predictor', [{ id: 'fit', type: 'fit-predictor', outputs: { predictor: { predictor: document } } }]),
  );
  expect((errors.content as PlainTable).table.rows).toEqual([
    { stage: 'fit', kind: 'trees', features: 2, train: 80, test: 10, root: 1.5, percent: 3.25, tau: 0.9 },
  ]);
  expect((features.content as Chart).table.rows.map(({ feature, value }) => [feature, value])).toEqual([
    ['depth', 0.6],
    ['depth', 0.7],
    ['width', 0.1],
    ['width', 0.2],
  ]);
});
