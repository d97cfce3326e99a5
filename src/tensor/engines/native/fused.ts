import type * as tf from '@tensorflow/tfjs-core';
import type { FusedOperator, FusedOperators } from '../../ops/fused.ts';
import type { NativeBackend, NativeKernel } from './backend.ts';
import { Kept } from './kept.ts';

/** Holds where `Given` has all of `Wanted`; otherwise the compiler names what is missing. */
export type AllOf<Wanted, Given> = [Wanted] extends [Given] ? unknown : { missing: Exclude<Wanted, Given> };

type Inputs<Name extends FusedOperator> = FusedOperators[Name]['inputs'];
type Attributes<Name extends FusedOperator> = Readonly<FusedOperators[Name]['attributes']>;
type Tensors<Names extends string> = Readonly<Record<Names, tf.TensorInfo>>;
/** Where an operator gives several tensors, as many. */
type Given<Gives> = Gives extends readonly tf.Tensor[] ? { [I in keyof Gives]: tf.TensorInfo } : tf.TensorInfo;
/** A kernel that leaves nothing for its gradient gives its result alone. */
type Result<Gives, Keeps extends string> = [Keeps] extends [never] ? Given<Gives> : ResultAndKept<Keeps>;
interface ResultAndKept<Keeps extends string> {
  out: tf.TensorInfo;
  /** Undefined where nothing will be differentiated. */
  kept: KeptArrays<Keeps> | undefined;
}
type KeptArrays<Keeps extends string> = Readonly<Record<Keeps, Float32Array>>;

/** All there is to know of the kernel of an operator. */
interface Description<
  Name extends FusedOperator,
  Input extends string,
  By extends string,
  Saves extends string,
  Keeps extends string,
> {
  inputs: readonly Input[] & AllOf<Inputs<Name>, Input>;
  forward(
    backend: NativeBackend,
    inputs: Tensors<Inputs<Name>>,
    attributes: Attributes<Name>,
  ): Result<FusedOperators[Name]['gives'], Keeps>;
  /** Absent where the operator has none. */
  gradient?: {
    /** Inputs that have a gradient. */
    by: readonly By[];
    /** What it reads of what `forward` read and gave: inputs, and the result as `out`. They live until it has run. */
    saves: readonly Saves[];
    /** Arrays that `forward` leaves for it besides: they would get gradients of their own if they were outputs. */
    keeps?: readonly Keeps[];
    /** @param tensors what it saves, and `dy`, the gradient by the operator's result */
    compute(
      backend: NativeBackend,
      tensors: Tensors<Saves | 'dy'>,
      attributes: Attributes<Name>,
      kept: KeptArrays<Keeps>,
    ): Tensors<By>;
  };
}

/** A described kernel among others, whose names have been checked. */
export interface FusedKernel<Name extends FusedOperator = FusedOperator> {
  readonly name: Name;
  readonly inputs: readonly string[];
  readonly forward: (
    backend: NativeBackend,
    inputs: Tensors<string>,
    attributes: Record<string, unknown>,
  ) => tf.TensorInfo | tf.TensorInfo[] | ResultAndKept<string>;
  readonly gradient?: FusedGradient;
}

export interface FusedGradient {
  readonly by: readonly string[];
  readonly saves: readonly string[];
  readonly keeps: readonly string[];
  readonly compute: (
    backend: NativeBackend,
    tensors: Tensors<string>,
    attributes: Record<string, unknown>,
    kept: KeptArrays<string>,
  ) => Tensors<string>;
}

/** Describes the kernel of an operator. */
export function fusedKernel<
  Name extends FusedOperator,
  Input extends Inputs<Name>,
  By extends Inputs<Name>,
  Saves extends Inputs<Name> | 'out',
  Keeps extends string = never,
>(name: Name, { inputs, forward, gradient }: Description<Name, Input, By, Saves, Keeps>): FusedKernel<Name> {
  const described = { name, inputs, forward, ...(gradient && { gradient: { keeps: [], ...gradient } }) };
  return described as unknown as FusedKernel<Name>;
}

export const gradientName = (operator: FusedOperator): string => `${operator}Gradient`;

/** Kernels to register: one for each operator, one for each gradient, whose outputs are in the order of `by`. */
export function registered(kernels: readonly FusedKernel[]): Record<string, NativeKernel> {
  return Object.fromEntries(
    kernels.flatMap(({ name, forward, gradient }) => {
      const kept = new Kept<KeptArrays<string>>();
      const run: NativeKernel = (backend, inputs, attributes) => {
        const result = forward(backend, inputs, attributes);
        if (!('out' in result)) return result;
        if (result.kept) kept.set(result.out, result.kept);
        return result.out;
      };
      if (!gradient) return [[name, run]];
      const differentiate: NativeKernel = (backend, tensors, attributes) => {
        const arrays = gradient.keeps.length > 0 ? kept.take(tensors.out) : {};
        const gradients = gradient.compute(backend, tensors, attributes, arrays);
        return gradient.by.map((input) => gradients[input]);
      };
      return [
        [name, run],
        [gradientName(name), differentiate],
      ];
    }),
  );
}
