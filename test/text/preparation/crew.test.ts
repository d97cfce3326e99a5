import { afterAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = path.dirname(path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url)))));

// Below node_modules, so that packages are found from there as from a stage's own bundle.
const bundles = path.join(project, 'node_modules/.cache/shrinknas', `test-crew-${process.pid}`);
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

/**
 * Prepares blocks on two threads in a process of its own, and gives what it prints: the raw pairs of each
 * block that came, and the error.
 *
 * @param thread code of each thread, run before its first block
 * @param blocks body of an async generator; `pause` waits for some milliseconds
 */
async function prepare(
  thread: string,
  blocks: string,
): Promise<{ pairs: number[]; error?: { name: string; message: string } }> {
  const outfile = path.join(bundles, `${bundled++}.mjs`);
  await build({
    stdin: {
      resolveDir: project,
      loader: 'ts',
      contents: `
        import { isMainThread, parentPort } from 'node:worker_threads';
        import { setTimeout as pause } from 'node:timers/promises';
        import { prepareBlocks } from './src/text/preparation/crew.ts';
        const block = { source: 'ein Hund', target: 'a dog' };
        if (isMainThread) {
          const result = { pairs: [] };
          try {
            async function* blocks() { ${blocks} }
            const preparation = { languages: { source: 'de', target: 'en' }, lowercase: true };
            for await (const { block: { rawPairs } } of prepareBlocks(blocks(), preparation, 2)) result.pairs.push(rawPairs);
          } catch ({ name, message }) {
            result.error = { name, message };
          }
          console.log(JSON.stringify(result));
        } else {
          ${thread}
        }`,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  });
  // A small heap, to run out of soon; time enough for a slow machine, and an end for what hangs.
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', outfile], {
    timeout: 20_000,
  });
  return JSON.parse(stdout) as Awaited<ReturnType<typeof prepare>>;
}

let bundled = 0;

describe('a thread that fails ends the run with its error', () => {
  test('at its start', async () => {
    const { pairs, error } = await prepare("throw new Error('no start');", 'yield block; yield block;');
    expect(pairs).toEqual([]);
    expect(error?.message).toBe('no start');
  });

  test('before it is given anything', async () => {
    const { error } = await prepare('process.exit(3);', 'await pause(1000); yield block;');
    expect(error?.message).toBe('a thread that prepares text ended with 3');
  });

  test('between two blocks, when nothing waits for it', async () => {
    const { pairs, error } = await prepare(
      "parentPort.on('message', () => setTimeout(() => process.exit(7), 20));",
      'for (let i = 0; i < 4; i++) yield block; await pause(1000); for (let i = 0; i < 8; i++) yield block;',
    );
    expect(pairs.length).toBeLessThan(5);
    expect(error?.message).toBe('a thread that prepares text ended with 7');
  });

  test('while a block of its is waited for, after the blocks before it', async () => {
    const { pairs, error } = await prepare(
      '',
      'yield block; yield block; yield { source: 1, target: "" }; yield block;',
    );
    expect(pairs).toEqual([1, 1]);
    expect(error).toMatchObject({ name: 'TypeError', message: expect.stringContaining('split') });
  });

  test('without memory, saying what to do', async () => {
    const { error } = await prepare(
      'const all = []; for (;;) all.push(new Array(1e4).fill(0.5));',
      'yield block; yield block;',
    );
    expect(error).toMatchObject({
      name: 'CorpusError',
      message: expect.stringMatching(/^A thread that prepares text ran out of memory\. Give the stage fewer cores/),
    });
  });
});

test('an error of the text itself ends the threads', async () => {
  const { error } = await prepare('', "yield block; throw new Error('bad line');");
  expect(error?.message).toBe('bad line');
});

test('blocks come back in their order', async () => {
  const { pairs, error } = await prepare(
    '',
    "for (let i = 1; i < 9; i++) yield { source: '\\n'.repeat(i), target: '\\n'.repeat(i) };",
  );
  expect(error).toBeUndefined();
  expect(pairs).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});
