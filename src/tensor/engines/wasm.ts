import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { getThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { type EngineLoader, sameForBoth } from './engine.ts';
import { registerRowKernels } from './row-kernels.ts';

/** WebAssembly with SIMD on one thread: the engine of a CPU without a compiler. */
export const loadWasm: EngineLoader = async () => {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(path.join(path.dirname(entry), path.sep));
  registerRowKernels('wasm');
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    versions: sameForBoth(version_wasm),
    partTokens: 1024,
    threads: getThreadsCount(),
    ...(simd ? { isa: 'simd128' } : {}),
  };
};
