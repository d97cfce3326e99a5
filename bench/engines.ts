// What products reach on each engine, and what transposing first saves: npm run bench engines
import * as tf from '@tensorflow/tfjs-core';
import { engineNames } from '../src/tensor/engines/engine.ts';
import { selectEngine } from '../src/tensor/engines/select.ts';
import { swapLastAxes } from '../src/tensor/ops/transpose.ts';
import { interleavedMedians } from './support/interleave.ts';

const repetitions = 9;

for (const name of engineNames) {
  try {
    const {
      versions: { training: version },
    } = await selectEngine(name);
    await report(`${name} ${version}`);
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
  }
}

/**
 * Products of a training step at width 256: forward, and the gradient of the weights with and
 * without a transposed argument.
 */
async function report(title: string): Promise<void> {
  const [rows, width] = [1024, 256];
  const flop = 2 * rows * width * width;
  const x = tf.randomUniform<tf.Rank.R2>([rows, width], -1, 1, 'float32', 1);
  const w = tf.randomUniform<tf.Rank.R2>([width, width], -1, 1, 'float32', 2);
  const milliseconds = (run: () => tf.Tensor) => (): number => {
    const start = performance.now();
    // Nothing is returned: tidy would look for tensors in every element of the array.
    tf.tidy(() => void run().dataSync());
    return performance.now() - start;
  };
  const medians = await interleavedMedians(
    {
      'x w': milliseconds(() => tf.matMul(x, w)),
      'xᵀ x, transposed argument': milliseconds(() => tf.matMul(x, x, true, false)),
      'xᵀ x, transposed first': milliseconds(() => tf.matMul(swapLastAxes(x), x)),
    },
    repetitions,
  );
  console.log(`${title}, ${rows}×${width}×${width}, median of ${repetitions}`);
  for (const [key, ms] of Object.entries(medians))
    console.log(
      `  ${key.padEnd(28)} ${ms.toFixed(2).padStart(8)} ms ${(flop / ms / 1e6).toFixed(1).padStart(6)} GFLOP/s`,
    );
  console.log(
    `  ratio of the last two: ${(medians['xᵀ x, transposed argument'] / medians['xᵀ x, transposed first']).toFixed(1)}`,
  );
  tf.dispose([x, w]);
}
