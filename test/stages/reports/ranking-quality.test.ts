import { expect, test } from '@jest/globals';
import type { RankingQualityDocument } from '../../../schemas/types.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/ranking-quality.ts';
import { subjectOf } from '../../support/reported.ts';

const document: RankingQualityDocument = {
  summary: 'τ 0.5',
  predictor: { kind: 'supernet', updates: 100 },
  half: 'report',
  networks: 2,
  seeds: [1],
  tau: { overall: { value: 0.5, low: 0.2, high: 0.7 }, withinSize: { value: 0.1, low: -0.3, high: 0.4 }, ceiling: 0.9 },
  recall: { of: 10, found: 4 },
  choices: [],
  scatter: [
    { genes: '012', width: 64, parameters: 1000, predicted: 4.5, final: 3.5 },
    { genes: '013', name: 'hand', width: 96, parameters: 2000, predicted: 4.4, final: 3.6 },
  ],
};

test('correlations with their intervals, and a dot for each network', async () => {
  const parts = await report(
    subjectOf('ranking-quality', [
      { id: 'rank', type: 'rank-networks', outputs: { quality: { 'ranking-quality': document } } },
    ]),
  );
  const [correlations, networks] = parts.map(({ content }) => (content as Chart).table.rows);
  expect(
    correlations.map(({ what, tau, low, high, ceiling, recall }) => [what, tau, low, high, ceiling, recall]),
  ).toEqual([
    ['all pairs', 0.5, 0.2, 0.7, 0.9, '4 of 10'],
    ['same bin of size', 0.1, -0.3, 0.4, 0.9, '4 of 10'],
  ]);
  expect(networks).toEqual([
    { width: '64', predicted: 4.5, final: 3.5, parameters: 1000, name: null, genes: '012' },
    { width: '96', predicted: 4.4, final: 3.6, parameters: 2000, name: 'hand', genes: '013' },
  ]);
});
