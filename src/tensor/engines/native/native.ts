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
import { gather } from './kernels/embedding.ts';
import { layoutKernels } from './kernels/layout.ts';
import { batchMatMul } from './kernels/products.ts';
import { registerRowKernels } from '../row-kernels.ts';
import { loadNativeLibrary } from './library.ts';
import { versionsOf } from './versions.ts';

const name = 'native';

const fallbacks = process.env.SHRINKNAS_DEBUG === 'engine' ? new FallbackCounter() : undefined;

/** C kernels for the processor at hand, compiled at install: the engine of a CPU. */
export const loadNative: EngineLoader = async (cores) => {
  if (!tf.findBackend(name)) {
    const calls = new NativeCalls(loadNativeLibrary());
    registerRowKernels('cpu');
    const register = () =>
      registerKernels(name, {
        ...elementwiseKernels(),
        ...layoutKernels(),
        BatchMatMul: batchMatMul,
        GatherV2: gather(),
        ...registered(fusedKernels),
      });
    if (fallbacks) fallbacks.counting('cpu', register);
    else register();
    registerFusedGradients(fusedKernels);
    tf.registerBackend(name, () => new NativeBackend(calls));
  }
  await tf.setBackend(name);
  const { calls } = tf.backend() as NativeBackend;
  calls.setThreads(cores ?? availableParallelism());
  const { library } = calls;
  return {
    versions: versionsOf(library),
    partTokens: 4096,
    isa: library.isa,
    threads: calls.threads(),
    ...(fallbacks ? { report: () => describeFallbacks(fallbacks.fallbacks()) } : {}),
  };
};
