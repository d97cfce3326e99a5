import * as tf from '@tensorflow/tfjs-core';
import { attend, type AttentionMask } from '../tensor/ops/attention.ts';
import { dynamicConvolution, lightConvolution, type Window } from '../tensor/ops/convolution.ts';
import { dropout } from '../tensor/ops/dropout.ts';
import { attentionDrops, type Network, project } from './network.ts';
import type { Operator } from './architecture.ts';

/** Where a mixing operator stands and what it may see. */
export interface Surroundings {
  window: Window;
  mask: AttentionMask;
  /** `[batch, time, 1]`, 0 at padding: convolutions must not carry what stands there into the sentence. */
  keep?: tf.Tensor;
}

/**
 * What a mixing operator remembers of earlier steps while decoding step by step: keys and values `[rows, steps, width]`, or what a
 * convolution has seen, `[rows, heads, steps, width / heads]`, at most kernel − 1 steps.
 */
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
  const mixed = attend(project(net, `${name}.query`, x), project(net, `${name}.key`, x), project(net, `${name}.value`, x), heads, mask, attentionDrops(net));
  return project(net, `${name}.out`, mixed);
}

function selfAttentionStep(net: Network, name: string, x: tf.Tensor, heads: number, state: MixingState | undefined) {
  const keys = append(state?.keys, project(net, `${name}.key`, x), 1);
  const values = append(state?.values, project(net, `${name}.value`, x), 1);
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
  const [rows, , width] = inner.shape;
  const seen = append(state?.seen, tf.reshape(inner, [rows, heads, 1, width / heads]), 2);
  const steps = seen.shape[2]!;
  const weights = type === 'light' ? repeated(lightKernel(net, name), rows) : dynamicKernels(net, name, inner, heads, kernel);
  // Before the sequence there are zeros: only the last taps meet a step.
  const taps = last(tf.reshape(weights, [rows, heads, 1, kernel]), steps, 3);
  const mixed = tf.matMul(taps, seen);
  return { y: project(net, `${name}.out`, tf.reshape(mixed, [rows, 1, width])), state: { seen: last(seen, Math.min(steps, kernel - 1), 2) } };
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

function append(earlier: tf.Tensor | undefined, now: tf.Tensor, axis: number): tf.Tensor {
  return earlier ? tf.concat([earlier, now], axis) : now;
}

/** The last `count` along an axis. */
function last(x: tf.Tensor, count: number, axis: number): tf.Tensor {
  const rest = x.shape[axis]! - count;
  return rest === 0 ? x : tf.split(x, [rest, count], axis)[1];
}

/** The same for every row: `[rows, size of x]`. */
function repeated(x: tf.Tensor, rows: number): tf.Tensor {
  return tf.gather(tf.reshape(x, [1, -1]), tf.zeros([rows], 'int32'));
}
