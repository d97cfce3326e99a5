import type { NativeKernel } from '../backend.ts';
import { ids, input, number, output, size } from '../calls.ts';

/** Gradients of the loss's sum, by the tensor of the loss: computed with it, while the logits of each chunk of rows are at hand. */
const kept = new WeakMap<object, { features: Float32Array; weight: Float32Array }>();

const crossEntropy: NativeKernel = (backend, { features, weight, targets, counts }, { epsilon }) => {
  const [rows, width] = features.shape;
  const [types] = weight.shape;
  const [likelihood, uniform] = [new Float32Array(rows), new Float32Array(rows)];
  const [dFeatures, dWeight] = [new Float32Array(rows * width), new Float32Array(types * width)];
  const wanted = backend.readSync(targets.dataId) as Int32Array;
  const outside = wanted.find((id) => id < 0 || id >= types);
  if (outside !== undefined) throw new RangeError(`Target ${outside} is none of ${types} types.`);
  backend.calls.call('sn_cross_entropy', size('rows', rows), size('width', width), size('types', types),
    input('features', backend.array(features), rows * width), input('weights', backend.array(weight), types * width),
    ids('targets', wanted, rows), input('counts', backend.array(counts), rows), number('epsilon', epsilon as number), number('scale', 1),
    output('likelihood', likelihood, rows), output('uniform', uniform, rows), output('d_features', dFeatures, dFeatures.length), output('d_weights', dWeight, dWeight.length));
  const share = epsilon as number;
  let loss = 0;
  for (let row = 0; row < rows; row++) loss += (1 - share) * likelihood[row] + share * uniform[row];
  const result = backend.tensor(Float32Array.of(loss), []);
  kept.set(result.dataId, { features: dFeatures, weight: dWeight });
  return result;
};

/** Gradients by features and weight for the gradient `dy` by the loss, a scalar. */
const crossEntropyGradient: NativeKernel = (backend, { features, weight, out, dy }) => {
  const gradients = kept.get(out.dataId)!;
  const [scale] = backend.array(dy);
  const scaled = (values: Float32Array) => (scale === 1 ? values : values.map((value) => value * scale));
  return [backend.tensor(scaled(gradients.features), features.shape), backend.tensor(scaled(gradients.weight), weight.shape)];
};

export const lossKernels = { FusedCrossEntropy: crossEntropy, FusedCrossEntropyGradient: crossEntropyGradient };
