import * as tf from '@tensorflow/tfjs-core';
import { attend, type AttentionMask } from '../tensor/ops/attention.ts';
import { dynamicConvolution, lightConvolution, type Window } from '../tensor/ops/convolution.ts';
import { dropout } from '../tensor/ops/dropout.ts';
import { type Network, project } from './network.ts';
import type { Operator } from './architecture.ts';

/** Where a mixing operator stands and what it may see. */
export interface Surroundings {
  window: Window;
  mask: AttentionMask;
  /** `[batch, time, 1]`, 0 at padding: convolutions must not carry what stands there into the sentence. */
  keep?: tf.Tensor;
}

/** What a mixing operator remembers of earlier steps while decoding step by step; all tensors are `[rows, steps, width]`. */
export type MixingState = Record<string, tf.Tensor>;

/**
 * Mixes the time steps of `x [batch, time, d]` by one of the five operators: attention (Vaswani et al. 2017), lightweight or
 * dynamic convolution (Wu et al. 2019a), or LSRA with either (Wu et al. 2019b): first half of the channels to attention, second
 * half to convolution, results side by side.
 */
export function mix(net: Network, name: string, operator: Operator, x: tf.Tensor, heads: number, kernel: number, around: Surroundings): tf.Tensor {
  switch (operator) {
    case 'attention': return selfAttention(net, name, x, heads, around);
    case 'light':
    case 'dynamic': return convolution(net, name, operator, x, heads, kernel, around);
    case 'lsra-light':
    case 'lsra-dynamic': {
      const [left, right] = tf.split(x, 2, -1);
      return tf.concat([
        selfAttention(net, `${name}.attention`, left, heads, around),
        convolution(net, `${name}.convolution`, convolutionOf[operator], right, heads, kernel, around),
      ], -1);
    }
  }
}

/** One step of the causal `mix`: `x [rows, 1, d]`, with what earlier steps left; gives the state for the next. */
export function mixStep(
  net: Network, name: string, operator: Operator, x: tf.Tensor, heads: number, kernel: number, state: MixingState | undefined,
): { y: tf.Tensor; state: MixingState } {
  switch (operator) {
    case 'attention': return selfAttentionStep(net, name, x, heads, state);
    case 'light':
    case 'dynamic': return convolutionStep(net, name, operator, x, heads, kernel, state);
    case 'lsra-light':
    case 'lsra-dynamic': {
      const [left, right] = tf.split(x, 2, -1);
      const a = selfAttentionStep(net, `${name}.attention`, left, heads, state);
      const c = convolutionStep(net, `${name}.convolution`, convolutionOf[operator], right, heads, kernel, state);
      return { y: tf.concat([a.y, c.y], -1), state: { ...a.state, ...c.state } };
    }
  }
}

const convolutionOf = { 'lsra-light': 'light', 'lsra-dynamic': 'dynamic' } as const;
type Convolution = (typeof convolutionOf)[keyof typeof convolutionOf];

function selfAttention(net: Network, name: string, x: tf.Tensor, heads: number, { mask }: Surroundings): tf.Tensor {
  const mixed = attend(project(net, `${name}.query`, x), project(net, `${name}.key`, x), project(net, `${name}.value`, x), heads, mask);
  return project(net, `${name}.out`, mixed);
}

function selfAttentionStep(net: Network, name: string, x: tf.Tensor, heads: number, state: MixingState | undefined) {
  const keys = append(state?.keys, project(net, `${name}.key`, x));
  const values = append(state?.values, project(net, `${name}.value`, x));
  const mixed = attend(project(net, `${name}.query`, x), keys, values, heads);
  return { y: project(net, `${name}.out`, mixed), state: { keys, values } };
}

function convolution(
  net: Network, name: string, type: Convolution, x: tf.Tensor, heads: number, kernel: number, { window, keep }: Surroundings,
): tf.Tensor {
  const inner = project(net, `${name}.in`, x);
  const visible = keep ? tf.mul(inner, keep) : inner;
  const mixed = type === 'light'
    ? lightConvolution(visible, lightKernel(net, name), window)
    : dynamicConvolution(visible, dynamicKernels(net, name, inner, heads, kernel), window);
  return project(net, `${name}.out`, mixed);
}

function convolutionStep(net: Network, name: string, type: Convolution, x: tf.Tensor, heads: number, kernel: number, state: MixingState | undefined) {
  const inner = project(net, `${name}.in`, x);
  const seen = append(state?.seen, inner);
  const steps = Math.min(seen.shape[1]!, kernel);
  const recent = tf.slice(seen, [0, seen.shape[1]! - steps, 0], [-1, steps, -1]);
  const [rows, , width] = inner.shape;
  const weights = type === 'light' ? tf.reshape(lightKernel(net, name), [1, heads, kernel]) : tf.reshape(dynamicKernels(net, name, inner, heads, kernel), [rows, heads, kernel]);
  // Before the sequence there are zeros: only the last taps meet a step.
  const taps = tf.transpose(tf.slice(weights, [0, 0, kernel - steps], [-1, -1, steps]), [0, 2, 1]);
  const groups = tf.reshape(recent, [rows, steps, heads, width / heads]);
  const mixed = tf.sum(tf.mul(groups, tf.reshape(taps, [taps.shape[0], steps, heads, 1])), 1);
  const next = tf.slice(seen, [0, Math.max(0, seen.shape[1]! - (kernel - 1)), 0], [-1, Math.min(seen.shape[1]!, kernel - 1), -1]);
  return { y: project(net, `${name}.out`, tf.reshape(mixed, [rows, 1, width])), state: { seen: next } };
}

/** `[heads, K]`, each row summing to 1 before weight dropout. */
function lightKernel(net: Network, name: string): tf.Tensor2D {
  return dropout(tf.softmax(net.weight(`${name}.kernel`) as tf.Tensor2D), net.config.weightDropout, net.dropout);
}

/** A kernel for each step from that step's own input, `[batch, time, heads, K]`. */
function dynamicKernels(net: Network, name: string, x: tf.Tensor, heads: number, kernel: number): tf.Tensor4D {
  const [batch, time, width] = x.shape;
  const generator = net.weight(`${name}.kernel`);
  const scores = tf.matMul(tf.reshape(x, [batch * time, width]), tf.transpose(generator));
  const weights = tf.softmax(tf.reshape(scores, [batch, time, heads, kernel])) as tf.Tensor4D;
  return dropout(weights, net.config.weightDropout, net.dropout);
}

function append(earlier: tf.Tensor | undefined, now: tf.Tensor): tf.Tensor {
  return earlier ? tf.concat([earlier, now], 1) : now;
}
