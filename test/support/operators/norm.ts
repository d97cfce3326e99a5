import type * as tf from '@tensorflow/tfjs-core';
import { dropoutMask, DropoutSource } from '../../../src/tensor/ops/dropout.ts';
import { layerNorm, residualNorm, residualSum } from '../../../src/tensor/ops/layer-norm.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { type Case, normal, range, type Values } from './case.ts';

const epsilon = 1e-5;

/** A global name's look-up is what costs most in a loop in Jest's contexts. */
const { abs, sqrt } = Math;

/** Mean, inverse deviation and largest absolute value of each row. */
function rowsOf(sum: ArrayLike<number>, width: number): { mean: number; inverse: number; largest: number }[] {
  return range(sum.length / width, (row) => {
    let [mean, variance, largest] = [0, 0, 0];
    for (let i = row * width; i < (row + 1) * width; i++) {
      mean += sum[i] / width;
      if (abs(sum[i]) > largest) largest = abs(sum[i]);
    }
    for (let i = row * width; i < (row + 1) * width; i++) variance += (sum[i] - mean) ** 2 / width;
    return { mean, inverse: 1 / sqrt(variance + epsilon), largest };
  });
}

function normalised(sum: Float64Array, width: number, gain: Float64Array, bias: Float64Array): Float64Array {
  const y = new Float64Array(sum.length);
  rowsOf(sum, width).forEach(({ mean, inverse }, row) => {
    for (let c = 0; c < width; c++) y[row * width + c] = (sum[row * width + c] - mean) * inverse * gain[c] + bias[c];
  });
  return y;
}

/**
 * Terms of results and gradients. A gradient by x is what is left of terms as large as the inverse deviation, all but
 * nothing in rows of width 1 or 2. And the difference between x and the mean is as good as floats of the size of x
 * allow, of which a large inverse deviation makes an error that no arithmetic in single precision escapes: four times
 * its unit, 2⁻²⁴, is 1/40 of the tolerance of 1e-5.
 */
function scalesOf(sum: ArrayLike<number>, width: number) {
  const rows = rowsOf(sum, width);
  const inverse = Math.max(0, ...rows.map((row) => row.inverse));
  const condition = Math.max(0, ...rows.map((row) => row.inverse * row.largest));
  const amplified = Math.max(1, condition / 40);
  return { result: amplified, input: inverse * amplified, gain: amplified, bias: 1 };
}

/** Rows of standard normal numbers times `spread`: with little, the variance is nearly or exactly 0. */
export function layerNormCase(outer: number[], width: number, spread: number, seed: number): Case {
  const x = normal([...outer, width], seed, spread);
  const scales = scalesOf(x.data, width);
  return {
    operator: (x, gain, bias) => layerNorm(x, gain as tf.Tensor1D, bias as tf.Tensor1D),
    definition: (x, gain, bias) => normalised(x, width, gain, bias),
    inputs: [x, normal([width], seed + 1), normal([width], seed + 2)],
    work: 8 * x.data.length,
    scales: [scales.result, scales.input, scales.gain, scales.bias],
  };
}

/** LN(x + dropout(y)); `rate` undefined is evaluation, without a source of masks. */
export function residualNormCase(
  outer: number[],
  width: number,
  spread: number,
  rate: number | undefined,
  seed: number,
): Case {
  const [x, y]: Values[] = [normal([...outer, width], seed, spread), normal([...outer, width], seed + 1, spread)];
  const source = () => (rate === undefined ? undefined : new DropoutSource(new RandomStream(seed, 'dropout')));
  const mask = rate ? dropoutMask(x.data.length, rate, source()!.next()) : new Float32Array(x.data.length).fill(1);
  const scales = scalesOf(
    x.data.map((value, i) => value + mask[i] * y.data[i]),
    width,
  );
  return {
    operator: (x, y, gain, bias) => residualNorm(x, y, gain as tf.Tensor1D, bias as tf.Tensor1D, rate ?? 0.3, source()),
    definition: (x, y, gain, bias) =>
      normalised(
        x.map((value, i) => value + mask[i] * y[i]),
        width,
        gain,
        bias,
      ),
    inputs: [x, y, normal([width], seed + 2), normal([width], seed + 3)],
    work: 10 * x.data.length,
    scales: [scales.result, scales.input, scales.input / (1 - (rate ?? 0)), scales.gain, scales.bias],
  };
}

/** x + dropout(y), as pre-normalisation has it. */
export function residualSumCase(outer: number[], width: number, rate: number | undefined, seed: number): Case {
  const [x, y]: Values[] = [normal([...outer, width], seed), normal([...outer, width], seed + 1)];
  const source = () => (rate === undefined ? undefined : new DropoutSource(new RandomStream(seed, 'dropout')));
  const mask = rate ? dropoutMask(x.data.length, rate, source()!.next()) : new Float32Array(x.data.length).fill(1);
  return {
    operator: (x, y) => residualSum(x, y, rate ?? 0.3, source()),
    definition: (x, y) => x.map((value, i) => value + mask[i] * y[i]),
    inputs: [x, y],
    work: 2 * x.data.length,
  };
}
