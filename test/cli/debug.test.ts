import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { arithmeticProject } from '../support/arithmetic.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';
import { removeTree } from '../../src/disk/files.ts';

/** A helper of `scale`, whose line 4 throws for a large factor. */
const scaled = `import { product } from './product.ts';

function refuse(factor: number): void {
  if (factor > 100) throw new RangeError('too much of a factor: ' + factor);
}

export const scaled = (values: number[], factor: number): number[] => {
  refuse(factor);
  return values.map((value) => product(value, factor));
};
`;

let broken: TestProject;
const opened: TestProject[] = [];
const folders: string[] = [];

beforeAll(async () => {
  broken = makeProject({ ...arithmeticProject(), 'stages/shared/scaled.ts': scaled });
  expect((await broken.run(['arithmetic.json5', 'factor=1000'])).exitCode).toBe(1);
});
afterAll(() => broken.remove());
afterEach(() => {
  opened.splice(0).forEach((project) => project.remove());
  folders.splice(0).forEach(removeTree);
});

function open(): TestProject {
  const project = broken.copy();
  opened.push(project);
  return project;
}

/** The folder that the command says it writes to. */
function folderIn(stderr: string): string {
  const folder = /^What scale writes is in (.*); nothing is published\.$/m.exec(stderr)![1];
  folders.push(folder);
  return folder;
}

test('a failed stage is started again, and fails with a stack that names the file and the line', async () => {
  const project = open();
  const log = (await project.run(['logs', 'scale'])).stdout;
  expect(log).not.toContain('scaled.ts:4');
  const { exitCode, stdout, stderr, executed } = await project.run(['debug', 'scale']);
  expect(exitCode).toBe(1);
  expect(executed).toEqual(['scale']);
  expect(stdout).toContain('scaling by 1000');
  expect(stderr).toMatch(/^failed: RangeError: too much of a factor: 1000$/m);
  expect(stderr).toMatch(
    new RegExp(`^ {4}at refuse \\((file://)?${path.join(project.folder, 'stages/shared/scaled.ts')}:4:\\d+\\)$`, 'm'),
  );
  expect(stderr).toMatch(/stages\/scale\.ts:\d+:\d+\)?$/m);
  folderIn(stderr);
});

test('with its code mended it succeeds, into a folder of its own, and nothing is published', async () => {
  const project = open();
  project.write({ 'stages/shared/scaled.ts': scaled.replace('> 100', '> 10000') });
  const { exitCode, stderr } = await project.run(['debug', 'scale', 'latest']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(readFileSync(path.join(folderIn(stderr), 'outputs/numbers/numbers.json'), 'utf8'))).toEqual({
    values: [1000, 2000, 3000],
  });
  expect((await project.run(['plan', 'arithmetic.json5', 'factor=1000', '--exit-code'])).exitCode).toBe(3);
  expect(
    readdirSync(path.join(project.folder, 'runs/store/keys'), { recursive: true }).filter((name) =>
      String(name).endsWith('.json'),
    ),
  ).toHaveLength(1);
  const code = readdirSync(path.join(project.folder, 'runs/cache/code'));
  expect(code.filter((name) => name.startsWith('debug'))).toEqual([]);
});

test('its saved progress is copied, and its parts are executed in the same process', async () => {
  const project = open();
  project.write({
    'stages/scale.ts': `import { existsSync, writeFileSync } from 'node:fs';
export default async ({ progress, parts }) => {
  const [{ value }] = await parts('where', [{}]);
  console.log('resumed', existsSync(progress + '/saved'), 'same process', value === process.pid);
  writeFileSync(progress + '/saved', '');
  await parts('fail', [{ number: 7 }]);
};
export const parts = {
  where: () => process.pid,
  fail: ({ params }) => {
    throw new Error('part ' + params.number);
  },
};
`,
  });
  expect((await project.run(['arithmetic.json5', 'factor=5'])).exitCode).toBe(1);
  const { key } = JSON.parse(
    readFileSync(
      path.join(
        project.folder,
        'runs/records',
        readdirSync(path.join(project.folder, 'runs/records')).sort().at(-1)!,
        'stages/scale.job.json',
      ),
      'utf8',
    ),
  ) as { key: string };
  // What was kept of parts counts here as well; this one is to be executed.
  const saved = path.join(project.folder, 'runs/store/progress', key);
  removeTree(path.join(saved, 'parts'));
  const { exitCode, stdout, stderr } = await project.run(['debug', 'scale']);
  folderIn(stderr);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('resumed true same process true');
  expect(stderr).toMatch(/Error: part 7\n {4}at .*stages\/scale\.ts:11:/);
  expect(stderr).toMatch(/^failed: fail 1\/1: Error: part 7$/m);
  expect(readdirSync(saved)).toEqual(['saved']);
});

test('with --inspect it waits for a debugger before the first line', async () => {
  const project = open();
  const { process: command, result } = project.start(['debug', 'scale', '--inspect'], {
    env: { NODE_OPTIONS: '--inspect-port=0' },
  });
  let told = '';
  await new Promise<void>((resolve) => {
    command.stderr!.on('data', (text: string) => {
      told += text;
      if (told.includes('Debugger listening on ws://')) resolve();
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  command.kill('SIGINT');
  const { exitCode, stderr, executed } = await result;
  folderIn(stderr);
  expect({ exitCode, executed }).toEqual({ exitCode: 130, executed: [] });
}, 60_000);

test.each([
  ['a stage that did not fail', ['source'], /no stage 'source' failed/],
  ['a run in which it did not fail', ['source', 'latest'], /stage 'source' did not fail in run \S+: ran/],
  ['a run that there is not', ['scale', 'latest~9'], /only 1 run is recorded/],
] as const)('%s is refused with exit code 2', async (_what, words, message) => {
  const { exitCode, stderr } = await broken.run(['debug', ...words]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(message);
});

test('an input that is gone, and code that does not compile, are named', async () => {
  const project = open();
  project.write({ 'stages/shared/scaled.ts': 'export const scaled = ;' });
  expect(await project.run(['debug', 'scale'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /^stages\/shared\/scaled\.ts:1:23: error: the code of stage type 'scale' does not compile/,
    ),
  });
  removeTree(path.join(project.folder, 'runs/store/objects'));
  expect(await project.run(['debug', 'scale'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/input 'numbers' of stage 'scale' is no longer in the store/),
  });
});
