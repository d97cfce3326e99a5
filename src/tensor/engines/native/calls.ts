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

const parameters = new Map(nativeFunctions.map((name) => [name, nativeParametersOf(name)]));

const reasons: Record<number, string> = {
  1: 'there is no memory for its scratch space',
  2: 'an argument is out of its range',
};

/** Says what is wrong with a call, and ends it. */
type Fail = (why: string) => never;

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
    if (status !== 0) failing(name)(reasons[status] ?? `it answered ${status}`);
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
    const fail = failing(name);
    const values = given as Record<string, unknown>;
    const passed = parameters.get(name)!.map((parameter) => checked(parameter, values[parameter.name], fail));
    checkAliasing(passed, fail);
    return this.library.functions[name](...passed.map(({ value }) => value));
  }
}

function failing(name: NativeFunction): Fail {
  return (why) => {
    throw new NativeCallError(`${name}: ${why}.`);
  };
}

/** A parameter with what is passed for it. */
interface Passed extends NativeParameter {
  value: number | Float32Array | Int32Array | null;
  /** Bytes that are touched. */
  bytes: number;
}

type PassedArray = Passed & { value: Float32Array | Int32Array };

/** Whole numbers that a type of C holds, as far as numbers of JavaScript are exact. */
const ranges: Record<string, [number, number]> = {
  int64_t: [0, Number.MAX_SAFE_INTEGER], // All of them are sizes.
  int32_t: [-(2 ** 31), 2 ** 31 - 1],
  uint32_t: [0, 2 ** 32 - 1],
};

function checked(parameter: NativeParameter, given: unknown, fail: Fail): Passed {
  const { name, type } = parameter;
  if (type.endsWith('*')) return checkedArray(parameter, given as ArraySpan | null | undefined, fail);
  if (typeof given !== 'number') return fail(`"${name}" is ${String(given)}, and no number`);
  const [least, most] = ranges[type] ?? [];
  if (least !== undefined && !(Number.isSafeInteger(given) && given >= least && given <= most!)) {
    fail(`"${name}" is ${given}, and no ${type}`);
  }
  return { ...parameter, value: given, bytes: 0 };
}

function checkedArray(parameter: NativeParameter, given: ArraySpan | null | undefined, fail: Fail): Passed {
  const { name, type } = parameter;
  if (given === null) return { ...parameter, value: null, bytes: 0 };
  const expected = type.includes('float') ? Float32Array : Int32Array;
  if (!(given?.values instanceof expected)) return fail(`"${name}" is no ${expected.name}`);
  const { values, length } = given;
  if (!Number.isSafeInteger(length) || length < 0) fail(`"${name}" would have ${length} elements`);
  if (values.length < length) fail(`"${name}" has ${values.length} elements, and ${length} are needed`);
  return { ...parameter, value: values, bytes: 4 * length };
}

/** No output may share memory with another array, or one is read after it was overwritten. */
function checkAliasing(passed: readonly Passed[], fail: Fail): void {
  const arrays = passed.filter((argument): argument is PassedArray => ArrayBuffer.isView(argument.value));
  for (const out of arrays) {
    if (out.type.startsWith('const')) continue;
    for (const other of arrays) {
      if (other === out || other.value.buffer !== out.value.buffer) continue;
      const apart = end(out) <= other.value.byteOffset || end(other) <= out.value.byteOffset;
      if (!apart) fail(`the output "${out.name}" shares memory with "${other.name}"`);
    }
  }
}

function end({ value, bytes }: PassedArray): number {
  return value.byteOffset + bytes;
}
