import { expect, test } from '@jest/globals';
import type { Chart, ReportPart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/metrics.ts';
import { type MadeStage, subjectOf } from '../../support/reported.ts';

/** A round of 400 updates, of which the first has this loss, and the last 0.4 less. */
const round = (id: string, first: number, loss: number, from?: string): MadeStage => ({
  id,
  type: 'train-supernet',
  ...(from === undefined ? {} : { inputs: { checkpoint: `${from}.checkpoint` } }),
  outputs: {
    checkpoint: { checkpoint: {} as never },
    metrics: {
      metrics: {
        summary: '',
        series: {
          loss: Array.from({ length: 400 }, (_, i) => [first + 1 + i, loss - i / 1000]),
          smallest: [[first + 400, loss + 1]],
        },
        values: { loss, parameters: 4e6 },
      },
    },
  },
});

const rowsOf = (parts: readonly ReportPart[], title: string) =>
  (parts.find((part) => part.title === title)!.content as Chart).table.rows;

test('a curve is a training with the rounds that it went on from; of seeds, mean, least and greatest', async () => {
  const parts = await report(
    subjectOf('metrics', [
      round('train.1', 0, 5),
      round('train-last@arm=top,seed=1', 400, 4, 'train.1'),
      round('train-last@arm=top,seed=2', 400, 3, 'train.1'),
      round('train-last@arm=naive', 400, 4.5, 'train.1'),
      round('train-intra', 0, 9),
    ]),
  );
  const rows = rowsOf(parts, 'Supernet: training loss');
  // 800 updates in at most 150 points: ten updates each; the first tenth is left out.
  const updates = Array.from({ length: 73 }, (_, i) => 80 + 10 * i);
  const of = (curve: string) => rows.filter((row) => row.curve === curve);
  expect(of('train-last arm=top').map(({ update }) => update)).toEqual(updates);
  expect(of('train-last arm=naive').map(({ update }) => update)).toEqual(updates);
  expect(of('train-intra').map(({ update }) => update)).toEqual(updates.filter((update) => update <= 400));
  const last = of('train-last arm=top').at(-1)!;
  const mean = (loss: number) => loss - 394.5 / 1000;
  expect(last).toMatchObject({ update: 800, curves: 2 });
  expect([last.low, last.mean, last.high]).toEqual([
    expect.closeTo(mean(3)),
    expect.closeTo(mean(3.5)),
    expect.closeTo(mean(4)),
  ]);
  expect(rowsOf(parts, 'Supernet: validation loss')).toContainEqual(
    expect.objectContaining({ curve: 'train-last arm=naive: smallest', update: 800, mean: 5.5 }),
  );
});

test('each round is a row with its final values, though several curves go on from it', async () => {
  const parts = await report(
    subjectOf('metrics', [
      round('train.1', 0, 5),
      round('train-last@arm=top', 400, 4, 'train.1'),
      round('train-last@arm=naive', 400, 3, 'train.1'),
    ]),
  );
  expect(rowsOf(parts, 'Supernet: after each round')).toEqual([
    { stage: 'train.1', update: 400, loss: 5, parameters: 4e6, seconds: 1 },
    { stage: 'train-last@arm=top', update: 800, loss: 4, parameters: 4e6, seconds: 1 },
    { stage: 'train-last@arm=naive', update: 800, loss: 3, parameters: 4e6, seconds: 1 },
  ]);
});

test('curves of several runs stand side by side under their runs’ names', async () => {
  const parts = await report(subjectOf('metrics', [round('train', 0, 5)], [round('train', 0, 4)]));
  expect(new Set(rowsOf(parts, 'Supernet: training loss').map(({ curve }) => curve))).toEqual(
    new Set(['run 1 · train', 'run 2 · train']),
  );
});
