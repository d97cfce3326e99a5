import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderWith } from '../text/folder.ts';

const project = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const bundles = path.join(project, 'node_modules/.cache/shrinknas/programs');

function run(program: string, ...args: string[]) {
  return spawnSync(process.execPath, [path.join(project, 'scripts/run.js'), program, ...args], { encoding: 'utf8' });
}

test('a program gets its arguments, its exit code is passed on, and its bundle is gone after it', () => {
  const name = `program${process.pid}`;
  const program = path.join(
    folderWith({ [`${name}.ts`]: 'console.log(process.argv[1], process.argv[2] as string); process.exitCode = 3;' }),
    `${name}.ts`,
  );
  const { stdout, status } = run(program, 'word');
  const [bundle, word] = stdout.trim().split(' ');
  expect({ word, status }).toEqual({ word: 'word', status: 3 });
  expect(path.basename(bundle)).toContain(name);
  expect(existsSync(bundle)).toBe(false);
});

test('a program that does not compile leaves no bundle', () => {
  const name = `broken${process.pid}`;
  const program = path.join(folderWith({ [`${name}.ts`]: 'const = ;' }), `${name}.ts`);
  expect(run(program).status).toBe(1);
  expect(readdirSync(bundles).filter((file) => file.startsWith(name))).toEqual([]);
});
