import type { Drops } from '../../ops/dropout.ts';
import type { NativeFunction, NativeLibrary } from './library.ts';

/** A call of the C library with arguments that it must not get, or one that it could not serve. */
export class NativeCallError extends Error {
  override readonly name = 'NativeCallError';
}

/** What a C function takes: a whole number, a float, an array with at least that many elements, or none. */
export type Argument =
  | { kind: 'size'; value: number; name: string }
  | { kind: 'number'; value: number; name: string }
  | { kind: 'input' | 'output'; value: Float32Array | Int32Array | null; length: number | 'none'; name: string; type: 'float32' | 'int32' };

export const size = (name: string, value: number): Argument => ({ kind: 'size', name, value });
export const number = (name: string, value: number): Argument => ({ kind: 'number', name, value });
export const input = (name: string, value: Float32Array, length: number): Argument => ({ kind: 'input', name, value, length, type: 'float32' });
export const optionalInput = (name: string, value: Float32Array | undefined, length: number): Argument =>
  (value ? input(name, value, length) : { kind: 'input', name, value: null, length: 'none', type: 'float32' });
export const ids = (name: string, value: Int32Array, length: number): Argument => ({ kind: 'input', name, value, length, type: 'int32' });
export const output = (name: string, value: Float32Array, length: number): Argument => ({ kind: 'output', name, value, length, type: 'float32' });
export const outputIds = (name: string, value: Int32Array, length: number): Argument => ({ kind: 'output', name, value, length, type: 'int32' });
export const optionalOutput = (name: string, value: Float32Array | null, length: number): Argument =>
  (value ? output(name, value, length) : { kind: 'output', name, value, length: 'none', type: 'float32' });
/** What a mask of dropout drops, three arguments. */
export const dropping = ({ rate, key }: Drops): Argument[] => [number('rate', rate), size('key0', key[0]), size('key1', key[1])];

const reasons: Record<number, string> = { 1: 'there is no memory for its scratch space', 2: 'an argument is out of its range' };

/**
 * Calls the C library. koffi checks nothing: a wrong array would be read as floats, a short one overrun, `undefined` crash the
 * process. So every argument is checked here against what the function will touch; a wrong call throws `NativeCallError` and
 * changes nothing. NaN is data, and goes through.
 */
export class NativeCalls {
  constructor(readonly library: NativeLibrary) {}

  call(name: NativeFunction, ...values: Argument[]): void {
    const fail = (why: string): never => {
      throw new NativeCallError(`${name}: ${why}.`);
    };
    for (const argument of values) checkArgument(argument, fail);
    checkAliasing(values, fail);
    const status = this.library.functions[name](...values.map(({ value }) => value));
    if (status !== 0) fail(reasons[status] ?? `it answered ${status}`);
  }

  /** Σ x², summed in double precision. */
  squaredNorm(values: Float32Array): number {
    checkArgument(input('x', values, values.length), (why) => {
      throw new NativeCallError(`sn_squared_norm: ${why}.`);
    });
    return this.library.functions.sn_squared_norm(values.length, values);
  }

  /** Threads of the library's pool, shared by all callers in this process. */
  setThreads(threads: number): void {
    this.call('sn_set_threads', size('threads', threads));
  }

  threads(): number {
    return this.library.functions.sn_threads();
  }
}

function checkArgument(argument: Argument, fail: (why: string) => never): void {
  const { name, kind, value } = argument;
  switch (kind) {
    case 'size':
      if (!Number.isSafeInteger(value) || value < 0) fail(`"${name}" is ${value}, and no size`);
      return;
    case 'number':
      if (typeof value !== 'number') fail(`"${name}" is ${String(value)}, and no number`);
      return;
    case 'input':
    case 'output': {
      const { length, type } = argument;
      if (length === 'none') return;
      const expected = type === 'float32' ? Float32Array : Int32Array;
      if (!(value instanceof expected)) return fail(`"${name}" is no ${expected.name}`);
      if (!Number.isSafeInteger(length) || length < 0) fail(`"${name}" would have ${length} elements`);
      if (value.length < length) fail(`"${name}" has ${value.length} elements, and ${length} are needed`);
    }
  }
}

/** No output may share memory with another array, or one is read after it was overwritten. */
function checkAliasing(values: readonly Argument[], fail: (why: string) => never): void {
  for (const out of values) {
    if (out.kind !== 'output' || !out.value) continue;
    for (const other of values) {
      if (other === out || (other.kind !== 'input' && other.kind !== 'output') || other.value?.buffer !== out.value.buffer) continue;
      const apart = end(out) <= other.value.byteOffset || end(other) <= out.value.byteOffset;
      if (!apart) fail(`the output "${out.name}" shares memory with "${other.name}"`);
    }
  }
}

function end({ value, length }: Extract<Argument, { kind: 'input' | 'output' }>): number {
  return value!.byteOffset + 4 * Number(length);
}
