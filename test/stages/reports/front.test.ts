import { expect, test } from '@jest/globals';
import type { FrontDocument } from '../../../schemas/types.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/front.ts';
import { subjectOf } from '../../support/reported.ts';

const network = (layers: number, losses: number[], bounds: object) => ({
  genes: '01',
  parameters: { layers },
  losses,
  ...bounds,
});

test('a front is its networks by size, with the loss of the last rung', async () => {
  const networks = [network(1e5, [5, 4], { limit: 2e5 }), network(3e5, [4.5, 3.5], { floor: 2e5 })];
  const front = { summary: '2 networks', networks } as unknown as FrontDocument;
  const [{ content }] = await report(
    subjectOf('front', [{ id: 'choose', type: 'choose', outputs: { front: { front } } }]),
  );
  expect((content as Chart).table.rows).toEqual([
    { limit: 2e5, floor: null, parameters: 1e5, loss: 4, genes: '01' },
    { limit: null, floor: 2e5, parameters: 3e5, loss: 3.5, genes: '01' },
  ]);
});
