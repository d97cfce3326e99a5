/**
 * A run that was exported for TensorBoard, as TensorBoard itself tells it by its HTTP interface, beside the run's own files:
 *
 *     npm run bench tensorboard [run|file]
 *
 * The run is the newest of this project unless named. Every scalar of every stage has to be the figure of `metrics.jsonl` at
 * its step, as a float, and no other may be there; the settings of each stage are text, and the bars of the search
 * space histograms. Exit code 1 where something differs.
 *
 * TensorBoard is set up from PyPI at first; SHRINKNAS_PYTHON names a Python that has it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { pythonProgram } from './peers/python.ts';
import { TensorBoard } from './tensorboard/server.ts';

const [word = 'latest'] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-tensorboard-'));
const python = pythonProgram({
  name: 'tensorboard',
  // It imports pkg_resources, which later setuptools have no more.
  packages: ['tensorboard', 'setuptools<81'],
  instead: 'SHRINKNAS_PYTHON to one that has them',
});

interface Point {
  step: number;
  value: number;
}

let server: TensorBoard | undefined;
try {
  execFileSync(process.execPath, ['bin/shrinknas.js', 'export', word, '--tensorboard', folder], { stdio: 'inherit' });
  const [run] = readdirSync(folder);
  server = await TensorBoard.start(python, folder);
  console.log(`TensorBoard ${await server.version()}`);
  const shown = await scalarsOf(server);
  const told = scalarsInFiles(run);
  const differing = [...new Set([...shown.keys(), ...told.keys()])].filter(
    (name) => JSON.stringify(shown.get(name)) !== JSON.stringify(told.get(name)),
  );
  differing.forEach((name) => console.log(`differs: ${name}`));
  const points = [...shown.values()].reduce((sum, { length }) => sum + length, 0);
  console.log(`scalars: ${shown.size} series, ${points} points, ${differing.length} series differ`);
  const [texts, histograms] = [await server.tags('text'), await server.tags('histograms')];
  const stages = readdirSync(path.join(folder, run), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const withoutText = stages.filter(({ name }) => !(texts[`${run}/${name}`] ?? []).includes('settings'));
  console.log(`text: ${Object.values(texts).flat().length} tags, settings are missing of ${withoutText.length} stages`);
  console.log(`histograms: ${Object.values(histograms).flat().length} tags`);
  process.exitCode = differing.length === 0 && withoutText.length === 0 && points > 0 ? 0 : 1;
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** By folder and tag, in the order of the file. */
async function scalarsOf(board: TensorBoard): Promise<Map<string, Point[]>> {
  const series = new Map<string, Point[]>();
  for (const [run, tags] of Object.entries(await board.tags('scalars'))) {
    for (const tag of tags)
      series.set(
        `${run} ${tag}`,
        (await board.scalars(run, tag)).map(([, step, value]) => ({ step, value })),
      );
  }
  return sorted(series);
}

/** The same, read from the lines that stages wrote and not by the code that exports them. */
function scalarsInFiles(run: string): Map<string, Point[]> {
  const record = JSON.parse(
    execFileSync(process.execPath, ['bin/shrinknas.js', 'show', run, '--json'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    }),
  ) as { stages: { id: string }[] };
  const series = new Map<string, Point[]>();
  for (const { id } of record.stages) {
    linesOf(run, id).forEach(({ part, seconds: _seconds, total: _total, unit: _unit, ...rest }, i) => {
      const stepName = ['update', 'iteration', 'rung', 'done'].find((name) => name in rest) ?? '';
      const step = stepName === '' ? i + 1 : Number(rest[stepName]);
      const words = Object.values(rest).filter((value) => typeof value === 'string');
      const place = [run, id, ...(part === undefined ? [] : [String(part).replace(' ', '-').replace('/', '-of-')])];
      for (const [name, value] of Object.entries(rest)) {
        if (name === stepName || typeof value !== 'number') continue;
        const key = `${place.join('/')} ${[...words, name].join('/')}`;
        series.set(key, [...(series.get(key) ?? []), { step, value: Math.fround(value) }]);
      }
    });
  }
  return sorted(series);
}

function linesOf(run: string, id: string): Record<string, number | string>[] {
  const file = path.join('runs/records', run, 'stages', `${id}.metrics.jsonl`);
  try {
    return readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number | string>);
  } catch {
    return [];
  }
}

function sorted(series: Map<string, Point[]>): Map<string, Point[]> {
  for (const points of series.values()) points.sort((a, b) => a.step - b.step || a.value - b.value);
  return series;
}
