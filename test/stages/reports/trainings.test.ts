import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TrainingsDocument } from '../../../schemas/types.ts';
import { drawChart } from '../../../src/report/drawing/chart.ts';
import type { Chart } from '../../../src/report/part.ts';
import report from '../../../stages/reports/trainings.ts';
import { subjectOf } from '../../support/reported.ts';

/** What was measured for docs/benchmark.md. */
const file = new URL('../../../benchmarks/mixed-ops/trainings.json', import.meta.url);
const trainings = JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as TrainingsDocument;

test('trained networks are a dot each by size, and a curve each', async () => {
  const parts = await report(
    subjectOf('trainings', [{ id: 'train', type: 'train-networks', outputs: { trainings: { trainings } } }]),
  );
  const [final, curves] = parts.map(({ content }) => content as Chart);
  expect(drawChart(final).text.split('<circle')).toHaveLength(trainings.rows.length + 1);
  const { rows } = trainings;
  expect(new Set(final.table.rows.map(({ final: loss }) => loss))).toEqual(
    new Set(rows.map(({ final: loss }) => loss)),
  );
  // The stratum that a network was drawn in says its width, too.
  for (const { genes, stratum, parameters } of rows)
    expect(final.table.rows).toContainEqual(
      expect.objectContaining({
        genes,
        parameters: parameters.layers,
        ...(stratum === undefined ? {} : { width: String(stratum.width) }),
      }),
    );
  expect(curves.table.rows).toHaveLength(rows.reduce((sum, { curve }) => sum + curve.length, 0));
  const lines = drawChart(curves).text.match(/<path[^>]* d="M[^"]*"/g)!;
  expect(lines.filter((line) => line.split(/[ML]/).length - 1 === rows[0].curve.length)).toHaveLength(rows.length);
});
