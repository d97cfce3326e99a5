import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { type EngineLoader, sameForBoth } from './engine.ts';

/**
 * TensorFlow's own library, on a GPU where there is one. The package registers its backend with the TensorFlow.js core
 * that it depends on; registries are global, so it serves ours as long as both are of one version.
 */
export const loadTensorflow: EngineLoader = async () => {
  const require = createRequire(import.meta.url);
  // Not a literal: optional packages must not be part of a stage's key.
  const name = ['@tensorflow', 'tfjs-node-gpu'].join('/');
  const { version } = require(`${name}/package.json`) as { version: string };
  if (version !== tf.version_core) throw new Error(`${name} ${version} does not fit TensorFlow.js ${tf.version_core}`);
  require(name);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('the TensorFlow library did not start');
  return { versions: sameForBoth(version), partTokens: 4096 };
};
