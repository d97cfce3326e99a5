import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { versionsOf } from '../../src/tensor/engines/native/versions.ts';
import type { EngineVersions } from '../../src/tensor/engines/engine.ts';

/** A copy of the native engine's sources, to be changed and compiled. */
export interface NativeSources {
  /** Where the compiled library is, for SHRINKNAS_NATIVE. */
  compiled: string;
  /** The portable library. */
  library: string;
  /** Adds to a source, or makes one. */
  append(source: string, text: string): void;
  /** Compiles for portable C, without optimising, which takes longest. */
  build(): void;
  versions(): EngineVersions;
  remove(): void;
}

export function copyNativeSources(): NativeSources {
  const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-native-'));
  cpSync('native', path.join(folder, 'native'), { recursive: true });
  cpSync('scripts/build-native.js', path.join(folder, 'scripts/build-native.js'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  const compiled = path.join(folder, 'compiled');
  const library = path.join(compiled, `shrinknas-portable.${process.platform === 'darwin' ? 'dylib' : 'so'}`);
  return {
    compiled,
    library,
    append: (source, text) => writeFileSync(path.join(folder, 'native', source), text, { flag: 'a' }),
    build() {
      const env = { ...process.env, SHRINKNAS_NATIVE: compiled, CFLAGS: '-O0' };
      const command = [path.join(folder, 'scripts/build-native.js'), 'portable'];
      const said = execFileSync(process.execPath, command, { env, encoding: 'utf8' });
      if (said !== '') throw new Error(said);
    },
    versions: () => versionsOf({ file: library, isa: 'portable' }),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** What each source serves, as native/uses.json says. */
export const nativeUses = JSON.parse(readFileSync('native/uses.json', 'utf8')) as Record<string, string[]>;
