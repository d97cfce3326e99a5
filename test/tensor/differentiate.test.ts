import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { differentiate } from '../../src/tensor/differentiate.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { valuesOf } from '../../src/tensor/host.ts';
import { engines } from '../support/engines.ts';

/** A step of a random program: an operator and the two earlier values that it takes. */
const steps = fc.array(fc.record({ operator: fc.integer({ min: 0, max: 7 }), left: fc.nat(), right: fc.nat() }), {
  minLength: 1,
  maxLength: 12,
});
type Step = { operator: number; left: number; right: number };

/**
 * Runs the program over values of shape [2, 3]; values are used many times, once or never, some twice by one operator.
 */
function run(program: readonly Step[], xs: readonly tf.Tensor[]): tf.Scalar {
  const values = [...xs];
  for (const { operator, left, right } of program) {
    const [a, b] = [values[left % values.length], values[right % values.length]];
    const operators = [
      () => tf.add(a, b),
      () => tf.sub(a, b),
      () => tf.mul(a, b),
      () => tf.tanh(a),
      () => tf.reshape(tf.reshape(a, [6]), [2, 3]),
      () => tf.concat([tf.slice(a, [0, 1], [2, 2]), tf.slice(b, [0, 0], [2, 1])], 1),
      () => tf.softmax(a),
      // An output that is left unused, and one that is what the operator was given.
      () => tf.add(tf.split(a, 3, 1)[1], tf.mul(b, 1)),
    ];
    values.push(operators[operator]());
  }
  // The reference wants every tensor used.
  return tf.sum(tf.add(tf.mul(values.at(-1)!, values[0]), tf.add(tf.add(xs[0], xs[1]), xs[2]))) as tf.Scalar;
}

describe.each(engines)('differentiation on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  test("gives what TensorFlow.js's own gives, and leaves no tensor behind", () => {
    fc.assert(
      fc.property(
        steps,
        fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 18, maxLength: 18 }),
        (program, numbers) => {
          const xs = [0, 6, 12].map((at) => tf.tensor(numbers.slice(at, at + 6), [2, 3]));
          const before = tf.memory().numTensors;
          const { value, gradients } = differentiate(() => run(program, xs), xs);
          expect(tf.memory().numTensors).toBe(before + 4);
          const own = tf.valueAndGrads((...tensors: tf.Tensor[]) => run(program, tensors))(xs);
          expect(value.dataSync()).toEqual(own.value.dataSync());
          gradients.forEach((gradient, i) => {
            const [given, wanted] = [valuesOf(gradient), valuesOf(own.grads[i])];
            given.forEach((g, j) =>
              expect(Math.abs(g - wanted[j])).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(wanted[j]))),
            );
          });
          tf.dispose([value, ...gradients, own.value, ...own.grads, ...xs]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('gives zeros for what the function does not use', () => {
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const { gradients } = differentiate(() => tf.sum(tf.square(a)) as tf.Scalar, [a, b]);
    expect(gradients.map((gradient) => [...gradient.dataSync()])).toEqual([
      [2, 4],
      [0, 0],
    ]);
  });

  test('frees what a failed forward pass had saved, and works afterwards', () => {
    const x = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    expect(() =>
      differentiate(() => {
        tf.square(x);
        throw new Error('no further');
      }, [x]),
    ).toThrow('no further');
    expect(tf.memory().numTensors).toBe(before);
    expect([...differentiate(() => tf.sum(tf.square(x)) as tf.Scalar, [x]).gradients[0].dataSync()]).toEqual([2, 4]);
  });

  test('frees all when a gradient fails', () => {
    const x = tf.tensor1d([1, 2]);
    const failing = tf.customGrad((x) => ({
      value: tf.square(x as tf.Tensor),
      gradFunc: () => {
        throw new Error('no slope');
      },
    }));
    const before = tf.memory().numTensors;
    expect(() => differentiate(() => tf.sum(tf.mul(failing(x), tf.square(x))) as tf.Scalar, [x])).toThrow('no slope');
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before + 1);
  });

  test('does not nest', () => {
    const x = tf.tensor1d([1]);
    expect(() => differentiate(() => differentiate(() => tf.sum(x) as tf.Scalar, [x]).value, [x])).toThrow(
      'being differentiated already',
    );
  });
});
