import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderWith } from '../text/folder.ts';

const project = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** A loss of each update, and the mean size of what was drawn. */
const metrics = (first: number, loss: number, parameters: number) =>
  JSON.stringify({ series: { loss: Array.from({ length: 400 }, (_, i) => [first + i, loss + (i < 200 ? 1 : i % 2)]) }, values: { parameters } });

function draw(stages: Record<string, string>) {
  const folder = folderWith(Object.fromEntries(Object.entries(stages).map(([stage, text]) => [`runs/latest/arms/${stage}/metrics/metrics.json`, text])));
  const run = spawnSync(process.execPath, [path.join(project, 'scripts/run.js'), path.join(project, 'scripts/curves.ts'), 'arms', 'arms.svg'], { cwd: folder, encoding: 'utf8' });
  return { ...run, svg: () => readFileSync(path.join(folder, 'arms.svg'), 'utf8') };
}

const stages = {
  'train.1@arm=reduction': metrics(1, 5, 4e6), 'train-last@arm=reduction': metrics(401, 3, 2e6),
  'train.1@arm=naive': metrics(1, 5, 4e6), 'train-last@arm=naive': metrics(401, 4, 4.1e6),
  'train-intra': metrics(1, 5, 5e6),
};

test('the losses of the arms are a table and a picture, in the order and colours of figure 3', () => {
  const { stdout, stderr, status, svg } = draw(stages);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toBe([
    '| mean of the last 200 updates (size of the subnets drawn) | to 400 | to 800 |', '| --- | --- | --- |',
    '| arm=naive | 5.500 (4.00 M) | 4.500 (4.10 M) |', '| arm=reduction | 5.500 (4.00 M) | 3.500 (2.00 M) |', '',
  ].join('\n'));
  expect([...svg().matchAll(/<polyline [^>]*stroke="(#\w+)"/g)].map(([, colour]) => colour)).toEqual(['#7f7f7f', '#d62728']);
});

test('an arm that has not come as far as the others is named', () => {
  const { 'train-last@arm=naive': _, ...others } = stages;
  const { stderr, status } = draw(others);
  expect({ stderr, status }).toEqual({ stderr: 'arm=reduction has rounds up to updates 400, 800, and arm=naive up to 400: run all to the end.\n', status: 2 });
});

test('a pipeline that was not run is named', () => {
  expect(draw({})).toMatchObject({ status: 2, stderr: 'runs/latest/arms has no trained supernet: run the pipeline first.\n' });
});
