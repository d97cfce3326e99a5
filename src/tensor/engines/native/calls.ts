import type { Drops } from '../../ops/attributes.ts';
import type { NativeLibrary } from './library.ts';
import {
  type NativeFunction,
  nativeFunctions,
  type NativeParameter,
  type ParametersOf,
  nativeParametersOf,
} from './signatures.ts';

/** A call of the C library with arguments that it must not get, or one that it could not serve. */
export class NativeCallError extends Error {
  override readonly name = 'NativeCallError';
}

/** An array, of which a function touches that many elements from the first on. */
export interface ArraySpan<Values extends Float32Array | Int32Array = Float32Array | Int32Array> {
  values: Values;
  length: number;
}

export function span<Values extends Float32Array | Int32Array>(values: Values, length: number): ArraySpan<Values> {
  return { values, length };
}

/** An array that was made for the call, and is touched as a whole. */
export function whole<Values extends Float32Array | Int32Array>(values: Values): ArraySpan<Values> {
  return span(values, values.length);
}

/** An array where there is one, for a parameter that the header allows to be NULL. */
export function optional(values: Float32Array | null | undefined, length: number): ArraySpan<Float32Array> | null {
  return values ? span(values, length) : null;
}

/** What a mask of dropout drops, three arguments. */
export const dropping = ({ rate, key: [key0, key1] }: Drops) => ({ rate, key0, key1 });

/** Arguments of a function by the names of native/shrinknas.h: arrays for pointers, numbers for all else. */
export type ArgumentsOf<Name extends NativeFunction> = {
  [P in keyof ParametersOf<Name>]: ArgumentOf<ParametersOf<Name>[P]>;
};

type ArgumentOf<Type> = Type extends 'float *' | 'const float *'
  ? ArraySpan<Float32Array> | null
  : Type extends 'int32_t *' | 'const int32_t *'
    ? ArraySpan<Int32Array>
    : number;

/** What an argument must be, found out once: kernels make hundreds of calls an update. */
interface Check {
  name: string;
  type: string;
  /** Of pointers. */
  array?: Float32ArrayConstructor | Int32ArrayConstructor;
  isOutput: boolean;
  /** Of whole numbers. */
  range?: readonly [number, number];
}

/** Whole numbers that a type of C holds, as far as numbers of JavaScript are exact. */
const ranges: Record<string, readonly [number, number]> = {
  int64_t: [0, Number.MAX_SAFE_INTEGER], // All of them are sizes.
  int32_t: [-(2 ** 31), 2 ** 31 - 1],
  uint32_t: [0, 2 ** 32 - 1],
};

const checks = new Map(nativeFunctions.map((name) => [name, nativeParametersOf(name).map(checkOf)]));

function checkOf({ name, type }: NativeParameter): Check {
  if (!type.endsWith('*')) return { name, type, isOutput: false, range: ranges[type] };
  const array = type.includes('float') ? Float32Array : Int32Array;
  return { name, type, array, isOutput: !type.startsWith('const') };
}

const reasons: Record<number, string> = {
  1: 'there is no memory for its scratch space',
  2: 'an argument is out of its range',
};

/**
 * Calls the C library. koffi checks nothing: a wrong array would be read as floats, a short one overrun, `undefined`
 * crash the process. So every argument is checked here against what the function will touch; a wrong call throws
 * `NativeCallError` and changes nothing. NaN is data, and goes through.
 */
export class NativeCalls {
  constructor(readonly library: NativeLibrary) {}

  /** Calls a function that answers whether it could serve the call. */
  call<Name extends NativeFunction>(name: Name, given: ArgumentsOf<Name>): void {
    const status = this.answer(name, given);
    if (status !== 0) fail(name, reasons[status] ?? `it answered ${status}`);
  }

  /** Σ x², summed in double precision. */
  squaredNorm(values: Float32Array): number {
    return this.answer('sn_squared_norm', { n: values.length, x: span(values, values.length) });
  }

  /** Threads of the library's pool, shared by all callers in this process. */
  setThreads(threads: number): void {
    this.call('sn_set_threads', { threads });
  }

  threads(): number {
    return this.answer('sn_threads', {});
  }

  private answer<Name extends NativeFunction>(name: Name, given: ArgumentsOf<Name>): number {
    const list = checks.get(name)!;
    const values = given as Record<string, unknown>;
    const passed: Passed[] = new Array<Passed>(list.length);
    for (let i = 0; i < list.length; i++) {
      const check = list[i];
      const value = values[check.name];
      passed[i] = check.array
        ? arrayOf(name, check, value as ArraySpan | null | undefined)
        : numberOf(name, check, value);
    }
    checkAliasing(name, list, values, passed);
    return this.library.functions[name](...passed);
  }
}

type Passed = number | Float32Array | Int32Array | null;

function fail(name: NativeFunction, why: string): never {
  throw new NativeCallError(`${name}: ${why}.`);
}

function numberOf(name: NativeFunction, { name: parameter, type, range }: Check, given: unknown): number {
  if (typeof given !== 'number') return fail(name, `"${parameter}" is ${String(given)}, and no number`);
  if (range && !(Number.isSafeInteger(given) && given >= range[0] && given <= range[1])) {
    fail(name, `"${parameter}" is ${given}, and no ${type}`);
  }
  return given;
}

function arrayOf(
  name: NativeFunction,
  { name: parameter, array }: Check,
  given: ArraySpan | null | undefined,
): Float32Array | Int32Array | null {
  if (given === null) return null;
  if (!(given?.values instanceof array!)) return fail(name, `"${parameter}" is no ${array!.name}`);
  const { values, length } = given;
  if (!Number.isSafeInteger(length) || length < 0) fail(name, `"${parameter}" would have ${length} elements`);
  if (values.length < length) {
    fail(name, `"${parameter}" has ${values.length} elements, and ${length} are needed`);
  }
  return values;
}

/** No output may share memory with another array, or one is read after it was overwritten. */
function checkAliasing(
  name: NativeFunction,
  list: readonly Check[],
  given: Record<string, unknown>,
  passed: readonly Passed[],
): void {
  for (let i = 0; i < list.length; i++) {
    const out = passed[i];
    if (!list[i].isOutput || out === null || typeof out === 'number') continue;
    for (let j = 0; j < list.length; j++) {
      const other = passed[j];
      if (j === i || other === null || typeof other === 'number' || other.buffer !== out.buffer) continue;
      const end = (k: number, { byteOffset }: { byteOffset: number }) =>
        byteOffset + 4 * (given[list[k].name] as ArraySpan).length;
      const apart = end(i, out) <= other.byteOffset || end(j, other) <= out.byteOffset;
      if (!apart) fail(name, `the output "${list[i].name}" shares memory with "${list[j].name}"`);
    }
  }
}
