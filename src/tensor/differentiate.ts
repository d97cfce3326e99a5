import * as tf from '@tensorflow/tfjs-core';
import './gradients.ts';
import { isRecording } from './recording.ts';

/**
 * A function's value and its gradients by the tensors it uses, as `tf.valueAndGrads`, in less memory: TensorFlow.js
 * keeps what the forward pass saved and every gradient on the way to the end of the backward pass; here each goes when
 * its last reader has run (docs/decisions/2026-11-24-own-backward-pass.md). The caller disposes of the results.
 *
 * @param f may call no other differentiation
 * @param xs in the order of the gradients; one that `f` does not use gets zeros
 */
export function differentiate(
  f: () => tf.Scalar,
  xs: readonly tf.Tensor[],
): { value: tf.Scalar; gradients: tf.Tensor[] } {
  const tape: Tape = [];
  try {
    const value = record(tape, f);
    const gradients = tf.tidy(() => propagate(tape, value, xs));
    return { value, gradients };
  } finally {
    tape.forEach(forget);
  }
}

type Tape = NonNullable<ReturnType<typeof tf.engine>['state']['activeTape']>;
type Step = Tape[number];

/** Runs `f` and writes the operators that ran on the tape. */
function record(tape: Tape, f: () => tf.Scalar): tf.Scalar {
  const { state } = tf.engine();
  if (isRecording()) throw new Error('A function is being differentiated already.');
  state.activeTape = tape;
  state.gradientDepth++;
  try {
    return tf.tidy(f);
  } finally {
    state.gradientDepth--;
    state.activeTape = null as unknown as Tape;
  }
}

/**
 * From the last step to the first: multiplies the gradients of a step's outputs by its Jacobian,
 * and adds to those of its inputs.
 */
function propagate(tape: Tape, value: tf.Scalar, xs: readonly tf.Tensor[]): tf.Tensor[] {
  const gradients = new Map<number, tf.Tensor>([[value.id, tf.keep(tf.onesLike(value))]]);
  try {
    walkBack(tape, dependants(tape, xs), gradients);
    return xs.map((x) => {
      const gradient = gradients.get(x.id);
      return gradient ? tf.clone(gradient) : tf.zerosLike(x);
    });
  } finally {
    gradients.forEach((gradient) => gradient.dispose());
  }
}

/** @param gradients of the value at first; at the end, of the wanted tensors that it depends on */
function walkBack(tape: Tape, wanted: ReadonlySet<number>, gradients: Map<number, tf.Tensor>): void {
  for (const step of tape.toReversed()) {
    const outer = step.outputs.map(({ id }) => gradients.get(id));
    if (outer.some((gradient) => gradient)) {
      tf.tidy(() => {
        if (!step.gradient) throw new Error(`${step.kernelName} has no gradient.`);
        const inner = step.gradient(outer as tf.Tensor[]);
        for (const [name, { id }] of Object.entries(step.inputs)) {
          if (wanted.has(id)) add(gradients, id, inner[name]());
        }
      });
    }
    for (const { id } of step.outputs) {
      gradients.get(id)?.dispose();
      gradients.delete(id);
    }
    forget(step);
  }
}

/** Ids of all tensors that depend on one of the `xs`, and of these. */
function dependants(tape: Tape, xs: readonly tf.Tensor[]): Set<number> {
  const ids = new Set(xs.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => ids.has(id))) outputs.forEach(({ id }) => ids.add(id));
  }
  return ids;
}

function add(gradients: Map<number, tf.Tensor>, id: number, gradient: tf.Tensor): void {
  const sum = gradients.get(id);
  // Some gradients are the very tensor of a step's output, which goes with the step.
  gradients.set(id, tf.keep(sum ? tf.add(sum, gradient) : gradient.kept ? tf.clone(gradient) : gradient));
  sum?.dispose();
}

function forget({ saved }: Step): void {
  saved?.forEach((tensor) => tensor.dispose());
}
