import { expect, test } from '@jest/globals';
import type { DivergenceDocument } from '../../../schemas/types.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/divergence.ts';
import { subjectOf } from '../../support/reported.ts';

const interval = { low: 0.1, high: 0.3 };
const channels = 100;
const distribution = {
  pairs: 10,
  mean: 0.2,
  standardDeviation: 0.1,
  interval,
  histogram: { width: 0.5, counts: [7, 3] },
};

const document: DivergenceDocument = {
  summary: '',
  validation: { sentences: 1, sourceTokens: 2, targetTokens: 2 },
  substitutions: [
    {
      before: { operator: 'attention', heads: 4 },
      after: { operator: 'dynamic', heads: 4 },
      sublayers: [{ part: 'encoder', layer: 0, divergence: 1.5, share: 0.5, predicted: 0.75, measured: 0.7 }],
      everywhere: [],
      heatMap: {
        part: 'encoder',
        layer: 0,
        tokens: ['the', 'the'],
        values: [0, 1].map((row) => Array.from({ length: channels }, (_, i) => row + i / 100)),
      },
    },
  ],
  populations: [
    {
      name: 'whole',
      updates: 10,
      candidates: null,
      subnets: 5,
      distinct: 5,
      parameters: 1e6,
      decoderWidths: {},
      decoderLayers: {},
      logits: distribution,
      equalWidths: null,
      features: null,
    },
  ],
  ratios: [{ of: 'sample-space', to: 'whole', measure: 'logits', ratio: 0.6, interval: { low: 0.5, high: 0.7 } }],
};

test('distributions, quotients, sub-layers and heat maps have the figures of the artifact', async () => {
  const parts = await report(
    subjectOf('divergence', [
      { id: 'divergence', type: 'divergence', outputs: { divergence: { divergence: document } } },
    ]),
  );
  const [pairs, quotients, sublayers, heatMap] = parts.map(({ content }) => (content as Chart).table.rows);
  expect(parts).toHaveLength(4);
  expect(pairs).toEqual([
    { population: 'whole', from: 0, middle: 0.25, pairs: 7, share: 0.7 },
    { population: 'whole', from: 0.5, middle: 0.75, pairs: 3, share: 0.3 },
  ]);
  expect(quotients).toEqual([
    { what: 'sample-space / whole, logits', measure: 'logits', ratio: 0.6, low: 0.5, high: 0.7 },
  ]);
  expect(sublayers.map(({ place, figure, value }) => [place, figure, value])).toEqual([
    ['encoder 1', 'predicted', 0.75],
    ['encoder 1', 'measured', 0.7],
  ]);
  // Channels three by three, and a word that comes twice in two rows.
  expect(heatMap).toHaveLength(2 * Math.ceil(channels / 3));
  expect(heatMap[0]).toEqual({ token: '1 the', channel: 0, difference: expect.closeTo(0.01) });
  expect(heatMap.at(-1)).toEqual({ token: '2 the', channel: 99, difference: expect.closeTo(1.99) });
});
