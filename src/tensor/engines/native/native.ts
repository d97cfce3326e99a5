import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import type { EngineLoader } from '../engine.ts';
import { NativeBackend, registerKernels } from './backend.ts';
import { NativeCalls } from './calls.ts';
import { describeFallbacks, FallbackCounter } from './fallbacks.ts';
import { registered } from './fused.ts';
import { fusedKernels } from './fused-kernels.ts';
import { registerFusedGradients } from './gradients.ts';
import { elementwiseKernels } from './kernels/elementwise.ts';
import { layoutKernels } from './kernels/layout.ts';
import { batchMatMul } from './kernels/products.ts';
import { registerRowKernels } from '../row-kernels.ts';
import { loadNativeLibrary } from './library.ts';

const name = 'native';

const fallbacks = process.env.SHRINKNAS_DEBUG === 'engine' ? new FallbackCounter() : undefined;

/** C kernels for the processor at hand, compiled at install: the engine of a CPU. */
export const loadNative: EngineLoader = async (cores) => {
  if (!tf.findBackend(name)) {
    const calls = new NativeCalls(loadNativeLibrary());
    registerRowKernels('cpu');
    const register = () => registerKernels(name, {
      ...elementwiseKernels(), ...layoutKernels(), BatchMatMul: batchMatMul, ...registered(fusedKernels),
    });
    if (fallbacks) fallbacks.counting('cpu', register);
    else register();
    registerFusedGradients(fusedKernels);
    tf.registerBackend(name, () => new NativeBackend(calls));
  }
  await tf.setBackend(name);
  const { calls } = tf.backend() as NativeBackend;
  calls.setThreads(cores ?? availableParallelism());
  // Results differ between instruction sets and builds, though not between numbers of threads: those are part of the identity.
  const build = createHash('sha256').update(readFileSync(calls.library.file)).digest('hex').slice(0, 12);
  const { isa } = calls.library;
  return {
    version: `${isa}-${build}`, partTokens: 4096, isa, threads: calls.threads(),
    ...(fallbacks ? { report: () => describeFallbacks(fallbacks.fallbacks()) } : {}),
  };
};
