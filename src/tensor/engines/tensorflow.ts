import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { type EngineLoader, sameForBoth } from './engine.ts';

/** What there is of the backend's own. */
interface TensorflowBackend {
  binding: { TF_Version: string };
  isUsingGpuDevice: boolean;
}

/**
 * TensorFlow's own library, on a GPU where there is one. The package registers its backend with the TensorFlow.js core
 * that it depends on; registries are global, so it serves ours as long as both are of one version. Its results are those of
 * the library that its binding was compiled with, on a processor or a GPU.
 */
export const loadTensorflow: EngineLoader = async (cores) => {
  const require = createRequire(import.meta.url);
  // Not a literal: optional packages must not be part of a stage's key.
  const name = ['@tensorflow', 'tfjs-node-gpu'].join('/');
  const { version } = require(`${name}/package.json`) as { version: string };
  if (version !== tf.version_core) throw new Error(`${name} ${version} does not fit TensorFlow.js ${tf.version_core}`);
  const threads = Math.min(cores ?? Infinity, cpus().length);
  // The library reads these when it starts. Stages share a GPU, and what it tells of itself is no news.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  require(name);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('the TensorFlow library did not start');
  const { binding, isUsingGpuDevice: isGpu } = tf.backend() as unknown as TensorflowBackend;
  return {
    versions: sameForBoth(`${binding.TF_Version}-${isGpu ? 'gpu' : 'cpu'}`),
    partTokens: 4096,
    ...(isGpu ? {} : { threads }),
  };
};
