import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '../../src/runner/store/store.ts';
import type { RunRecord, RunStage } from '../../src/runner/records.ts';
import type { Digest } from '../../src/runner/types.ts';
import { folderWith } from '../text/folder.ts';

const project = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex') as Digest;

/** A round of 400 updates with this loss at its end, that went on from another one's checkpoint. */
interface Round {
  id: string;
  from?: string;
  first: number;
  loss: number;
  parameters: number;
  /** Removed from the store since. */
  gone?: boolean;
}

/** Draws the curves of a pipeline file with these runs, the oldest first. */
function draw(...runs: (readonly Round[])[]) {
  const folder = folderWith({ 'stages/.keep': '', 'schemas/.keep': '' });
  const store = openStore({ project: folder });
  const ids = runs.map((rounds) => record(store, folder, rounds));
  const run = spawnSync(
    process.execPath,
    [path.join(project, 'scripts/run.js'), path.join(project, 'scripts/curves.ts'), 'arms.json5', 'arms.svg'],
    { cwd: folder, encoding: 'utf8' },
  );
  return { ...run, id: ids[0], svg: () => readFileSync(path.join(folder, 'arms.svg'), 'utf8') };
}

function record(store: Store, folder: string, rounds: readonly Round[]): string {
  const stages = rounds.map(({ id, from, first, loss, parameters, gone }): RunStage => {
    const [checkpoint, metrics] = ['checkpoint', 'metrics'].map((artifact) => ({
      artifact,
      digest: digestOf(`${artifact} of ${id}`),
      bytes: 1,
    }));
    if (!gone) {
      mkdirSync(store.artifactFolder(metrics.digest), { recursive: true });
      const series = { loss: Array.from({ length: 200 }, (_, i) => [first + 1 + 2 * i, loss + (i < 160 ? 1 : 0)]) };
      writeFileSync(
        path.join(store.artifactFolder(metrics.digest), 'metrics.json'),
        JSON.stringify({ series, values: { loss, parameters, smallest: loss + 0.1, largest: loss + 0.2 } }),
      );
    }
    const inputs: Record<string, Digest> = from === undefined ? {} : { checkpoint: digestOf(`checkpoint of ${from}`) };
    return {
      id,
      stage: id.replace(/[@.].*/, ''),
      type: 'train-supernet',
      outcome: 'ran',
      fields: { inputs } as RunStage['fields'],
      outputs: { checkpoint, metrics },
      codeFiles: {},
      seconds: 1,
    };
  });
  const id = store.newRunId('arms');
  mkdirSync(path.join(folder, 'runs/records', id), { recursive: true });
  store.writeRun({
    id,
    pipeline: 'arms',
    file: 'arms.json5',
    seed: 1,
    params: {},
    overrides: [],
    started: '',
    finished: '',
    status: 'succeeded',
    stages,
  } as unknown as RunRecord);
  return id;
}

const first = { id: 'train.1', first: 0, loss: 5, parameters: 4e6 };
const last = (variant: string, loss: number, parameters: number) => ({
  id: `train-last@${variant}`,
  from: 'train.1',
  first: 400,
  loss,
  parameters,
});
const head = '| update | 399 | 799 |';

test('the losses of the arms, each after the rounds that it went on from, are a table and a picture in the order and colours of figure 3', () => {
  const { stdout, stderr, status, id, svg } = draw([
    { ...first, id: 'train-intra', parameters: 5e6 },
    first,
    last('arm=reduction,seed=1', 3, 2e6),
    last('arm=naive,seed=1', 4, 4.1e6),
    last('arm=naive,seed=2', 4.5, 4.1e6),
  ]);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout.trimEnd().split('\n')).toEqual([
    `Run ${id}`,
    '',
    expect.stringContaining('Training loss'),
    '',
    head,
    '| --- | --- | --- |',
    '| arm=naive, seed=1 | 5.000, 4.00 M | 4.000, 4.10 M |',
    '| arm=naive, seed=2 | 5.000, 4.00 M | 4.500, 4.10 M |',
    '| arm=reduction, seed=1 | 5.000, 4.00 M | 3.000, 2.00 M |',
    '',
    expect.stringContaining('Validation loss'),
    '',
    head,
    '| --- | --- | --- |',
    '| arm=naive, seed=1 | 5.100, 5.200 | 4.100, 4.200 |',
    '| arm=naive, seed=2 | 5.100, 5.200 | 4.600, 4.700 |',
    '| arm=reduction, seed=1 | 5.100, 5.200 | 3.100, 3.200 |',
  ]);
  const lines = [...svg().matchAll(/<polyline [^>]*stroke="(#\w+)" stroke-dasharray="([^"]*)"/g)].map(
    ([, colour, dashes]) => `${colour} ${dashes}`,
  );
  expect(lines).toEqual(['#7f7f7f ', '#7f7f7f 8 3', '#d62728 ']);
});

test('a supernet that has not come as far as another is shown as far as it has', () => {
  const second = { ...last('seed=1', 4, 3e6), id: 'train.2@seed=1' };
  const { stdout } = draw([
    first,
    second,
    { ...last('seed=1', 3, 3e6), from: second.id, first: 800 },
    { ...second, id: 'train.2@seed=2', loss: 2 },
  ]);
  expect(stdout).toContain(
    '| seed=1 | 5.000, 4.00 M | 4.000, 3.00 M | 3.000, 3.00 M |\n| seed=2 | 5.000, 4.00 M | 2.000, 3.00 M |  |',
  );
});

test('of a pipeline file the run with the most supernets is drawn, and not a later one of a single stage', () => {
  const { stdout } = draw([first, last('seed=1', 3, 3e6)], [first]);
  expect(stdout).toContain('| seed=1 | 5.000, 4.00 M | 3.000, 3.00 M |');
});

test('a run whose artifacts are gone does not count', () => {
  const gone = { ...last('seed=1', 3, 3e6), gone: true };
  const { stdout, stderr } = draw([{ ...first, gone: true }, gone], [{ ...first, id: 'train.1@seed=1', loss: 6 }]);
  expect(stderr).toBe('');
  expect(stdout).toContain('| update | 399 |\n| --- | --- |\n| seed=1 | 6.000, 4.00 M |');
});

test('a run without a supernet, or no run, is named', () => {
  const { stderr, status, id } = draw([]);
  expect({ stderr, status }).toEqual({
    status: 2,
    stderr: `error: run ${id} has no trained supernet\nhint: Run its stages of the type train-supernet first.\n`,
  });
});
