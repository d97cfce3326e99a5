/** `runs/` and the store on disks of their own that are full or read-only. They are mounted, which needs the right to. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const canMount = (() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-mount-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (isMounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
})();
const withMounts = canMount ? describe : describe.skip;

const mounted: string[] = [];
const opened: TestProject[] = [];
afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['-l', folder]);
  opened.splice(0).forEach((project) => project.remove());
});

function open(): TestProject {
  const project = makeProject(arithmeticProject());
  opened.push(project);
  return project;
}

/** A disk of two megabytes in memory. */
function mountDisk(folder: string): string {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  mounted.push(folder);
  return folder;
}

/** Takes all room that a disk has left. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const filling = path.join(folder, 'filling');
  writeFileSync(filling, Buffer.alloc(Number(bavail) * Number(bsize)), { flag: 'a' });
  expect(statfsSync(folder).bavail).toBe(0);
}

const empty = (folder: string) => rmSync(path.join(folder, 'filling'));
const protect = (folder: string) => execFileSync('mount', ['-o', 'remount,ro', folder]);
const unprotect = (folder: string) => execFileSync('mount', ['-o', 'remount,rw', folder]);

const locksIn = (store: string) =>
  existsSync(path.join(store, 'locks')) ? readdirSync(path.join(store, 'locks')) : [];
const draftsIn = (store: string) => (existsSync(path.join(store, 'tmp')) ? readdirSync(path.join(store, 'tmp')) : []);
const hasStack = (text: string) => /^ +at .*:\d+:\d+/m.test(text);

const harms = [
  ['full', fill, empty, /No space is left on the disk of/],
  ['read-only', protect, unprotect, /Read-only is the disk of/],
] as const;

withMounts.each(harms)('on a disk that is %s', (kind, harm, mend, told) => {
  // Linux makes no disk read-only on which a file is being written.
  const whileAtWork = kind === 'full' ? test : test.skip;

  test('runs/ keeps a run from starting, with that folder in the message, and nothing stays locked', async () => {
    const project = open();
    const runs = mountDisk(path.join(project.folder, 'runs'));
    const store = path.join(project.folder, 'elsewhere');
    const words = ['arithmetic.json5', '--store', store];
    harm(runs);
    const refused = await project.run(words);
    expect(refused).toMatchObject({ exitCode: 1, executed: [] });
    expect(refused.stderr).toMatch(told);
    expect(refused.stderr).toContain(runs);
    expect(refused.stderr).not.toContain(store);
    expect(hasStack(refused.stderr)).toBe(false);
    expect([locksIn(store), draftsIn(store)]).toEqual([[], []]);
    mend(runs);
    expect(await project.run(words)).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
    expect(readdirSync(path.join(runs, 'records'))).toHaveLength(1);
  });

  test('the store fails the stage, with that folder in the message, and the run is recorded', async () => {
    const project = open();
    const store = mountDisk(path.join(project.folder, 'elsewhere'));
    const words = ['arithmetic.json5', '--store', store];
    harm(store);
    const refused = await project.run(words);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(told);
    expect(refused.stderr).toContain(store);
    expect(hasStack(refused.stderr)).toBe(false);
    const [{ status }] = JSON.parse((await project.run(['runs', '--json'])).stdout) as { status: string }[];
    expect(status).toBe('failed');
    mend(store);
    expect(await project.run(words)).toMatchObject({ exitCode: 0, executed: ['source', 'scale', 'total'] });
    expect([locksIn(store), draftsIn(store)]).toEqual([[], []]);
  });

  whileAtWork(
    'that runs/ is on becomes so while a stage is at work: it ends, and what waited is written when that is mended',
    async () => {
      const project = open();
      const runs = mountDisk(path.join(project.folder, 'runs'));
      const store = path.join(project.folder, 'elsewhere');
      const words = ['arithmetic.json5', 'scale.trouble=told', '--store', store];
      const { process: runner, result } = project.start(words);
      let text = '';
      runner.stderr!.on('data', (more: string) => {
        if (!text.includes('scale: ready') && (text + more).includes('scale: ready')) {
          harm(runs);
          project.write({ 'go-on': '', 'go-further': '' });
        }
        text += more;
      });
      const { exitCode, stderr } = await result;
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^error: the run cannot be recorded: /m);
      expect(stderr).toMatch(told);
      expect(stderr).toContain(runs);
      expect(hasStack(stderr)).toBe(false);
      expect([locksIn(store), draftsIn(store)]).toEqual([[], []]);
      mend(runs);
      // Nothing that was made is lost.
      const again = await project.run(words);
      expect(again).toMatchObject({ exitCode: 0, executed: [] });
      expect(JSON.parse(project.read('runs/latest/arithmetic/total/sum/sum.json'))).toMatchObject({ total: 12 });
    },
  );

  whileAtWork(
    'and is mended while the stage is still at work: logs, metrics, links and the record are whole',
    async () => {
      const project = open();
      const runs = mountDisk(path.join(project.folder, 'runs'));
      const words = ['arithmetic.json5', 'scale.trouble=told', '--store', path.join(project.folder, 'elsewhere')];
      const { process: runner, result } = project.start(words);
      let text = '';
      runner.stderr!.on('data', (more: string) => {
        const [before, now] = [text, (text += more)];
        const reached = (line: string) => !before.includes(line) && now.includes(line);
        if (reached('scale: ready')) {
          harm(runs);
          project.write({ 'go-on': '' });
        }
        if (reached('scale: count 300')) {
          mend(runs);
          project.write({ 'go-further': '' });
        }
      });
      const { exitCode, stderr } = await result;
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(new RegExp(`^scale: warning: .*${told.source}.*what is written there waits`, 'm'));
      const [run] = readdirSync(path.join(runs, 'records'));
      const metrics = readFileSync(path.join(runs, 'records', run, 'stages/scale.metrics.jsonl'), 'utf8');
      const counts = metrics
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { count: number }).count);
      expect(counts).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
      expect(JSON.parse(project.read('runs/latest/arithmetic/total/sum/sum.json'))).toMatchObject({ total: 12 });
      expect((await project.run(words)).stderr).toContain('Nothing to run');
    },
  );
});
