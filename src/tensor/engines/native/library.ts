import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type koffi from 'koffi';
import { EngineAbsent } from '../engine.ts';
import { type NativeFunction, nativeFunctions, prototypeOf } from './signatures.ts';

/** Version of native/shrinknas.h that prototypes.ts repeats. */
export const abiVersion = 5;

/** From the least to the best. */
export const instructionSets = ['portable', 'neon', 'avx2', 'avx512'] as const;
export type InstructionSet = (typeof instructionSets)[number];

type Foreign = (...values: (number | bigint | null | Float32Array | Int32Array)[]) => number;

/**
 * The C library for this processor. Its functions are called through `NativeCalls` alone,
 * which checks what koffi does not.
 */
export interface NativeLibrary {
  isa: InstructionSet;
  file: string;
  functions: Readonly<Record<NativeFunction, Foreign>>;
}

/**
 * Loads the library that was compiled at install for the best instruction set of this processor, or for `wanted`.
 * Throws where none was compiled, or where it does not fit this program.
 */
export function loadNativeLibrary(wanted = process.env.SHRINKNAS_ISA): NativeLibrary {
  const folder = nativeFolder();
  if (!existsSync(libraryFile(folder, 'portable')))
    throw new EngineAbsent('not compiled: no C compiler was found at install');
  const load = createRequire(import.meta.url);
  const api = load('koffi') as typeof koffi;
  const best = String(api.load(libraryFile(folder, 'portable')).func(prototypeOf('sn_best_isa'))());
  const usable = instructionSets
    .slice(0, instructionSets.indexOf(best as InstructionSet) + 1)
    .filter((isa) => existsSync(libraryFile(folder, isa)));
  const isa = wanted ? usable.find((candidate) => candidate === wanted) : usable.at(-1);
  if (!isa)
    throw new Error(
      `the instruction set "${wanted}" is none of those that were compiled for this processor: ${usable.join(', ')}`,
    );
  const file = libraryFile(folder, isa);
  const library = api.load(file);
  const version = Number(library.func(prototypeOf('sn_abi_version'))());
  if (version !== abiVersion)
    throw new Error(`${file} is of another version (${version}, not ${abiVersion}): run "npm run install"`);
  const functions = Object.fromEntries(
    nativeFunctions.map((name) => [name, library.func(prototypeOf(name)) as Foreign]),
  );
  return { isa, file, functions: functions as Record<NativeFunction, Foreign> };
}

function libraryFile(folder: string, isa: string): string {
  return path.join(folder, `shrinknas-${isa}${process.platform === 'darwin' ? '.dylib' : '.so'}`);
}

/** `dist/native` of the package, found from wherever this code was bundled to. */
function nativeFolder(): string {
  if (process.env.SHRINKNAS_NATIVE) return process.env.SHRINKNAS_NATIVE;
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'dist', 'native')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  return path.join(folder, 'dist', 'native');
}
