import { expect, test } from '@jest/globals';
import type { LossesDocument } from '../../../schemas/types.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/losses.ts';
import { subjectOf } from '../../support/reported.ts';

const splitOf = (smoothed: number) => ({ sentences: 10, tokens: 99, smoothed, likelihood: 2, perplexity: Math.exp(2) });
const documentOf = (test: number, valid: number): LossesDocument => ({
  summary: '',
  labelSmoothing: 0.1,
  splits: { test: splitOf(test), valid: splitOf(valid) },
});

test('losses of models stand side by side, split by split', async () => {
  const stages = [documentOf(3.1, 3.2), documentOf(3.3, 3.4)].map((losses, i) => ({
    id: `losses@model=${i}`,
    type: 'losses',
    outputs: { losses: { losses } },
  }));
  const [{ content }] = await report(subjectOf('losses', stages));
  expect((content as Chart).table.rows.map(({ stage, split, smoothed }) => [stage, split, smoothed])).toEqual([
    ['losses@model=0', 'test', 3.1],
    ['losses@model=0', 'valid', 3.2],
    ['losses@model=1', 'test', 3.3],
    ['losses@model=1', 'valid', 3.4],
  ]);
});
