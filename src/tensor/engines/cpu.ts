import * as tf from '@tensorflow/tfjs-core';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { type EngineLoader, sameForBoth } from './engine.ts';
import { registerRowKernels } from './row-kernels.ts';

/** The pure JavaScript backend: slow, everywhere, and the reference that the others are held to. */
export const loadCpu: EngineLoader = async () => {
  registerRowKernels('cpu');
  await tf.setBackend('cpu');
  // Otherwise its first use prints an advertisement for another package.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  return { versions: sameForBoth(version_cpu), partTokens: 1024, threads: 1 };
};
