import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

test('without a C compiler the install says so in one line, names the engine that takes its place, and succeeds', () => {
  const target = path.join('node_modules/.cache/shrinknas/none');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build-native.js'], {
    encoding: 'utf8',
    env: { PATH: '/nowhere', SHRINKNAS_NATIVE: target },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(
    'shrinknas: no C compiler was found (CC, cc, gcc, clang), so the engine "wasm" is used instead of "native". With one: npm run install\n',
  );
  expect(existsSync(target)).toBe(false);
});
