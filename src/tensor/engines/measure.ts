import * as tf from '@tensorflow/tfjs-core';

/** Rate of the current engine at products of 1024×256×256, in GFLOP/s: the median over about `milliseconds`. */
export function measureProducts(milliseconds: number): number {
  const [m, k, n] = [1024, 256, 256];
  const a = tf.ones([m, k]);
  const b = tf.ones([k, n]);
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  do {
    const start = performance.now();
    const c = tf.matMul(a, b);
    c.dataSync();
    times.push(performance.now() - start);
    c.dispose();
  } while (performance.now() < end || times.length < 3);
  tf.dispose([a, b]);
  times.sort((x, y) => x - y);
  return (2 * m * k * n) / times[times.length >> 1] / 1e6;
}
