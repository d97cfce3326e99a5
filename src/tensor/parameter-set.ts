import * as tf from '@tensorflow/tfjs-core';
import { hostBackend } from './host.ts';
import { type Parameter, size, storedName, type StoredParameter, type Weights } from './parameters.ts';
import type { RandomStream } from './random.ts';

/** Parameters on the host, one array each, as files hold them. */
export class ParameterSet implements Weights {
  readonly entries = new Map<string, StoredParameter>();

  static initialise(parameters: readonly Parameter[], stream: (name: string) => RandomStream): ParameterSet {
    const set = new ParameterSet();
    for (const parameter of parameters) {
      set.entries.set(parameter.name, {
        shape: parameter.shape,
        data: initialValues(parameter, stream(parameter.name)),
      });
    }
    return set;
  }

  /** Zeros in the same shapes. */
  static like(other: ParameterSet): ParameterSet {
    const set = new ParameterSet();
    for (const [name, { shape, data }] of other.entries)
      set.entries.set(name, { shape, data: new Float32Array(data.length) });
    return set;
  }

  get(name: string): StoredParameter {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`There is no parameter "${name}".`);
    return entry;
  }

  /** Where the engine can, a corner that is all of the parameter shares its memory. */
  corner(name: string, shape: number[]): tf.Tensor {
    const backend = hostBackend();
    if (!backend) return tf.tensor(this.cornerValues(name, shape), shape);
    const whole = this.get(name);
    const isWhole = whole.shape.join() === shape.join();
    const values = isWhole ? whole.data : this.cornerValues(name, shape, backend.take(size(shape)));
    return tf.engine().makeTensorFromTensorInfo(backend.tensor(values, shape));
  }

  /** A copy of the leading corner of that shape, in `values`. */
  cornerValues(
    name: string,
    shape: readonly number[],
    values: Float32Array = new Float32Array(size(shape)),
  ): Float32Array {
    const entry = this.get(name);
    forEachRow(name, entry.shape, shape, (from, to, length) =>
      values.set(entry.data.subarray(from, from + length), to),
    );
    return values;
  }

  /** A set of its own with just the corners that `parameters` name. */
  cut(parameters: readonly Parameter[]): ParameterSet {
    const set = new ParameterSet();
    for (const parameter of parameters) {
      const { name, shape } = parameter;
      set.entries.set(name, { shape: [...shape], data: this.cornerValues(storedName(parameter), shape) });
    }
    return set;
  }
}

/** Calls `visit(offset in the full array, offset in the corner, length)` for each row of the corner. */
export function forEachRow(
  name: string,
  full: readonly number[],
  corner: readonly number[],
  visit: (from: number, to: number, length: number) => void,
): void {
  if (full.length !== corner.length || corner.some((extent, axis) => extent > full[axis])) {
    throw new Error(`A corner of [${corner}] does not fit into "${name}" of [${full}].`);
  }
  if (full.length === 1) {
    visit(0, 0, corner[0]);
    return;
  }
  const [rows, columns] = corner;
  for (let row = 0; row < rows; row++) visit(row * full[1], row * columns, columns);
}

function initialValues({ shape, initial }: Parameter, random: RandomStream): Float32Array {
  const values = new Float32Array(size(shape));
  switch (initial.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'xavier':
      return fillUniform(values, initial.gain * Math.sqrt(6 / (initial.fanIn + initial.fanOut)), random);
    case 'uniform':
      return fillUniform(values, initial.bound, random);
    case 'normal': {
      for (let i = 0; i < values.length; i++) values[i] = initial.deviation * random.normal();
      if (initial.zeroRow !== undefined) values.fill(0, initial.zeroRow * shape[1], (initial.zeroRow + 1) * shape[1]);
      return values;
    }
  }
}

function fillUniform(values: Float32Array, bound: number, random: RandomStream): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.float() - 1);
  return values;
}
