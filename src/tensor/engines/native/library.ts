import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type koffi from 'koffi';
import { EngineAbsent } from '../engine.ts';

/** Version of the ABI in native/shrinknas.h that the calls here are written for. */
const abiVersion = 3;

/** From the least to the best. */
export const instructionSets = ['portable', 'neon', 'avx2', 'avx512'] as const;
export type InstructionSet = (typeof instructionSets)[number];

type Foreign = (...values: (number | bigint | null | Float32Array | Int32Array)[]) => number;

/** The C library for this processor. Its functions are called through `NativeCalls` alone, which checks what koffi does not. */
export interface NativeLibrary {
  isa: InstructionSet;
  file: string;
  functions: Readonly<Record<NativeFunction, Foreign>>;
}

/** Signatures of native/shrinknas.h. */
const signatures = {
  sn_set_threads: 'int32_t sn_set_threads(int32_t)',
  sn_threads: 'int32_t sn_threads()',
  sn_gemm_batched: 'int32_t sn_gemm_batched(int32_t, int32_t, int64_t, int64_t, int64_t, int64_t, const float *, int64_t, int64_t, const float *, int64_t, int64_t, float *, int64_t, int64_t, int32_t, const float *)',
  sn_linear: 'int32_t sn_linear(int32_t, int64_t, int64_t, int64_t, const float *, const float *, const float *, float *)',
  sn_attention: 'int32_t sn_attention(int64_t, int64_t, int64_t, int64_t, int64_t, const float *, const float *, const float *, const float *, int32_t, double, uint32_t, uint32_t, float *, float *)',
  sn_attention_gradient: 'int32_t sn_attention_gradient(int64_t, int64_t, int64_t, int64_t, int64_t, const float *, const float *, const float *, const float *, const float *, double, uint32_t, uint32_t, float *, float *, float *)',
  sn_light_convolution: 'int32_t sn_light_convolution(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, const float *, const float *, float *)',
  sn_light_convolution_gradient: 'int32_t sn_light_convolution_gradient(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, const float *, const float *, const float *, float *, float *)',
  sn_dynamic_convolution: 'int32_t sn_dynamic_convolution(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, const float *, const float *, float *)',
  sn_dynamic_convolution_gradient: 'int32_t sn_dynamic_convolution_gradient(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, const float *, const float *, const float *, float *, float *)',
  sn_dropout: 'int32_t sn_dropout(int64_t, const float *, double, uint32_t, uint32_t, float *)',
  sn_layer_norm: 'int32_t sn_layer_norm(int64_t, int64_t, const float *, const float *, double, uint32_t, uint32_t, const float *, const float *, float *, float *, float *, float *)',
  sn_layer_norm_gradient: 'int32_t sn_layer_norm_gradient(int64_t, int64_t, const float *, const float *, const float *, const float *, double, uint32_t, uint32_t, float *, float *, float *, float *)',
  sn_cross_entropy: 'int32_t sn_cross_entropy(int64_t, int64_t, int64_t, const float *, const float *, const int32_t *, const float *, double, double, float *, float *, float *, float *)',
  sn_binary: 'int32_t sn_binary(int32_t, int32_t, int64_t, int64_t, const float *, const float *, float *)',
  sn_activation: 'int32_t sn_activation(int32_t, int64_t, const float *, float *)',
  sn_activation_gradient: 'int32_t sn_activation_gradient(int32_t, int64_t, const float *, const float *, float *)',
  sn_softmax: 'int32_t sn_softmax(int64_t, int64_t, const float *, float *)',
  sn_column_sums: 'int32_t sn_column_sums(int64_t, int64_t, const float *, float *)',
  sn_copy_rows: 'int32_t sn_copy_rows(int64_t, int64_t, const float *, int64_t, float *, int64_t)',
  sn_transpose: 'int32_t sn_transpose(int64_t, int64_t, int64_t, const float *, float *)',
  sn_embed: 'int32_t sn_embed(int64_t, int64_t, int64_t, const int32_t *, const float *, float, const float *, float *)',
  sn_embed_gradient: 'int32_t sn_embed_gradient(int64_t, int64_t, int64_t, const int32_t *, const float *, float, float *)',
  sn_top_log_probabilities: 'int32_t sn_top_log_probabilities(int64_t, int64_t, int64_t, const float *, int32_t, int32_t *, float *)',
  sn_squared_norm: 'double sn_squared_norm(int64_t, const float *)',
  sn_adam: 'int32_t sn_adam(int64_t, int64_t, int64_t, float *, float *, float *, const float *, float, float, float, float, float, float)',
} as const;

export type NativeFunction = keyof typeof signatures;

/**
 * Loads the library that was compiled at install for the best instruction set of this processor, or for `wanted`.
 * Throws where none was compiled, or where it does not fit this program.
 */
export function loadNativeLibrary(wanted = process.env.SHRINKNAS_ISA): NativeLibrary {
  const folder = nativeFolder();
  if (!existsSync(libraryFile(folder, 'portable'))) throw new EngineAbsent('not compiled: no C compiler was found at install');
  const load = createRequire(import.meta.url);
  const api = load('koffi') as typeof koffi;
  const best = String(api.load(libraryFile(folder, 'portable')).func('const char *sn_best_isa()')());
  const usable = instructionSets.slice(0, instructionSets.indexOf(best as InstructionSet) + 1).filter((isa) => existsSync(libraryFile(folder, isa)));
  const isa = wanted ? usable.find((candidate) => candidate === wanted) : usable.at(-1);
  if (!isa) throw new Error(`the instruction set "${wanted}" is none of those that were compiled for this processor: ${usable.join(', ')}`);
  const file = libraryFile(folder, isa);
  const library = api.load(file);
  const version = Number(library.func('int32_t sn_abi_version()')());
  if (version !== abiVersion) throw new Error(`${file} is of another version (${version}, not ${abiVersion}): run "npm run install"`);
  const functions = Object.fromEntries(Object.entries(signatures).map(([name, signature]) => [name, library.func(signature) as Foreign]));
  return { isa, file, functions: functions as Record<NativeFunction, Foreign> };
}

function libraryFile(folder: string, isa: string): string {
  return path.join(folder, `shrinknas-${isa}${process.platform === 'darwin' ? '.dylib' : '.so'}`);
}

/** `dist/native` of the package, found from wherever this code was bundled to. */
function nativeFolder(): string {
  if (process.env.SHRINKNAS_NATIVE) return process.env.SHRINKNAS_NATIVE;
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'dist', 'native')) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  return path.join(folder, 'dist', 'native');
}
