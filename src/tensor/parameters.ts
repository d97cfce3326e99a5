import type { RandomStream } from './random.ts';

/** How a parameter starts. Fans are those of the full matrix. */
export type Initial =
  | { kind: 'zeros' | 'ones' }
  /** U(±gain·√(6/(fan in + fan out))) (Glorot and Bengio 2010). */
  | { kind: 'xavier'; gain: number; fanIn: number; fanOut: number }
  | { kind: 'uniform'; bound: number }
  /** N(0, deviation²); a row given in `zeroRow` is 0. */
  | { kind: 'normal'; deviation: number; zeroRow?: number };

/** A vector or a matrix: its name in checkpoints, its shape, and how it starts. */
export interface Parameter {
  name: string;
  shape: number[];
  initial: Initial;
}

export interface StoredParameter {
  shape: number[];
  data: Float32Array;
}

/**
 * Parameters on the host, one array each. A subnet uses the leading rows and columns of each of them (weight entanglement, Chen
 * et al. 2021), so a step takes corners out, differentiates, and updates those corners in place: what a subnet does not use is
 * not touched, and a checkpoint is the arrays as they are.
 */
export class ParameterSet {
  readonly entries = new Map<string, StoredParameter>();

  static initialise(parameters: readonly Parameter[], stream: (name: string) => RandomStream): ParameterSet {
    const set = new ParameterSet();
    for (const parameter of parameters) {
      set.entries.set(parameter.name, { shape: parameter.shape, data: initialValues(parameter, stream(parameter.name)) });
    }
    return set;
  }

  /** Zeros in the same shapes. */
  static like(other: ParameterSet): ParameterSet {
    const set = new ParameterSet();
    for (const [name, { shape, data }] of other.entries) set.entries.set(name, { shape, data: new Float32Array(data.length) });
    return set;
  }

  get(name: string): StoredParameter {
    const entry = this.entries.get(name);
    if (!entry) throw new Error(`There is no parameter "${name}".`);
    return entry;
  }

  /** A copy of the leading corner of that shape, in `corner`. */
  corner(name: string, shape: readonly number[], corner: Float32Array = new Float32Array(size(shape))): Float32Array {
    const entry = this.get(name);
    forEachRow(name, entry.shape, shape, (from, to, length) => corner.set(entry.data.subarray(from, from + length), to));
    return corner;
  }

  /** A set of its own with just the corners that `parameters` name. */
  cut(parameters: readonly Parameter[]): ParameterSet {
    const set = new ParameterSet();
    for (const { name, shape } of parameters) set.entries.set(name, { shape: [...shape], data: this.corner(name, shape) });
    return set;
  }
}

/** Calls `visit(offset in the full array, offset in the corner, length)` for each row of the corner. */
export function forEachRow(
  name: string, full: readonly number[], corner: readonly number[], visit: (from: number, to: number, length: number) => void,
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
    case 'zeros': return values;
    case 'ones': return values.fill(1);
    case 'xavier': return fillUniform(values, initial.gain * Math.sqrt(6 / (initial.fanIn + initial.fanOut)), random);
    case 'uniform': return fillUniform(values, initial.bound, random);
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

export function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
