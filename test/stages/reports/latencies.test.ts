import { expect, test } from '@jest/globals';
import type { LatenciesDocument } from '../../../schemas/types.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/latencies.ts';
import { subjectOf } from '../../support/reported.ts';

// Encoder width; operator, heads, ratio, activation; decoder width, layers; twice that with heads and span of cross-attention.
const [shallow, deep] = ['00000' + '10' + '000000' + '000000', '10000' + '01' + '000000' + '000000'];

const document: LatenciesDocument = {
  summary: '2 networks',
  space: {
    widths: [64, 128],
    operators: ['attention'],
    heads: [2],
    ratios: [2],
    activations: ['relu'],
    encoderLayers: 1,
    decoderLayers: [1, 2],
    crossHeads: [2],
    spans: [1],
  },
  model: { norm: 'post', kernels: { attention: [], light: [], dynamic: [] } as never },
  noise: 0.1,
  networks: [
    { genes: deep, mean: 9, deviation: 0.5, attempts: 2 },
    { genes: shallow, mean: 4, deviation: 1, attempts: 1 },
  ],
};

test('latencies stand by the depth of the decoder, with their deviations', async () => {
  const [{ content }] = await report(
    subjectOf('latencies', [
      { id: 'measure', type: 'measure-latencies', outputs: { latencies: { latencies: document } } },
    ]),
  );
  expect((content as Chart).table.rows).toEqual([
    { layers: 1, width: '128', encoder: 64, mean: 4, deviation: 1, low: 3, high: 5, attempts: 1, genes: shallow },
    { layers: 2, width: '64', encoder: 128, mean: 9, deviation: 0.5, low: 8.5, high: 9.5, attempts: 2, genes: deep },
  ]);
});
