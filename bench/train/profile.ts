import * as tf from '@tensorflow/tfjs-core';
import { parametersOf } from '../../src/model/parameters.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import type { NativeBackend } from '../../src/tensor/engines/native/backend.ts';
import { type NativeCalls, span } from '../../src/tensor/engines/native/calls.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import type { Options } from '../support/arguments.ts';
import { CallTimes, type CallTotals } from '../support/call-times.ts';
import { iwsltTypes, modelOf, randomBatch } from '../support/model.ts';
import { median } from '../support/statistics.ts';
import { trainingOptions } from '../support/training.ts';
import { length, sentences } from './step.ts';

/** What the machine does at most, in the same run. */
interface Limits {
  /** Bytes read and written a second, far beyond the caches. */
  bytes: number;
  /** Operations a second of a large product. */
  operations: number;
}

/** Where a training step's time goes: each kernel beside what it must move and compute, and what is between them. */
export async function profileSteps({ widths, threads, rounds }: Options): Promise<void> {
  for (const width of widths) {
    for (const count of threads) {
      await selectEngine('native', count);
      const { calls } = tf.backend() as NativeBackend;
      const limits = limitsOf(calls);
      const { seconds, totals } = profile(calls, width, rounds);
      console.log(
        `profile of a step at width ${width}, ${count} thread(s), native ${calls.library.isa}, medians of ${rounds}; `
          + `copies ${(limits.bytes / 1e9).toFixed(1)} GB/s, products ${(limits.operations / 1e9).toFixed(0)} GFLOP/s`,
      );
      report(seconds, totals, limits);
    }
  }
}

function profile(calls: NativeCalls, width: number, rounds: number): { seconds: number; totals: CallTotals[] } {
  const { config, architecture } = modelOf({ width, operator: 'attention', types: iwsltTypes });
  const weights = ParameterSet.initialise(parametersOf(config, architecture), (name) => new RandomStream(1, name));
  const state = { config, parameters: new HostParameters(weights), updates: 0 };
  const batch = randomBatch(sentences, length, iwsltTypes);
  const step = () => trainUpdate(state, architecture, [batch], trainingOptions());
  // The pool of arrays has its sizes after the second.
  for (let i = 0; i < 2; i++) step();
  const times = new CallTimes(calls);
  try {
    const steps = Array.from({ length: rounds }, () => {
      const start = performance.now();
      step();
      const seconds = (performance.now() - start) / 1000;
      return { seconds, totals: times.take() };
    });
    const totals = steps[0].totals.map((total, i) => ({
      ...total,
      seconds: median(steps.map(({ totals }) => totals[i].seconds)),
    }));
    return { seconds: median(steps.map(({ seconds }) => seconds)), totals };
  } finally {
    times.end();
  }
}

function report(seconds: number, totals: readonly CallTotals[], limits: Limits): void {
  const row = (name: string, calls: string, time: number, floor?: number) =>
    console.log(
      `  ${name.padEnd(32)} ${calls.padStart(5)} ${(1000 * time).toFixed(1).padStart(8)} ms `
        + `${((100 * time) / seconds).toFixed(1).padStart(5)} %`
        + (floor === undefined
          ? ''
          : ` ${(1000 * floor).toFixed(1).padStart(8)} ms ${(time / floor).toFixed(2).padStart(6)}`),
    );
  console.log(`  ${'kernel'.padEnd(32)} calls       time   share        floor   over`);
  const floors = totals.map(({ bytes, operations }) => Math.max(bytes / limits.bytes, operations / limits.operations));
  const inKernels = totals.reduce((sum, total) => sum + total.seconds, 0);
  totals
    .map((total, i) => ({ ...total, floor: floors[i] }))
    .sort((a, b) => b.seconds - a.seconds)
    .forEach(({ name, calls, seconds: time, floor }) => row(name, String(calls), time, floor));
  row('between kernels', '', seconds - inKernels);
  row(
    'step',
    '',
    seconds,
    floors.reduce((sum, floor) => sum + floor, 0),
  );
}

function limitsOf(calls: NativeCalls): Limits {
  const floats = 1 << 24;
  const [from, to] = [new Float32Array(floats), new Float32Array(floats)];
  const copy = () =>
    calls.call('sn_copy_rows', {
      rows: 4096,
      width: floats / 4096,
      from: span(from, floats),
      from_stride: floats / 4096,
      to: span(to, floats),
      to_stride: floats / 4096,
    });
  const [rows, inner, out] = [4096, 512, 512];
  const [x, weight, y] = [rows * inner, inner * out, rows * out].map((n) => new Float32Array(n).fill(0.5));
  const multiply = () =>
    calls.call('sn_linear', {
      activation: 0,
      rows,
      out,
      in: inner,
      x: span(x, x.length),
      weight: span(weight, weight.length),
      bias: null,
      y: span(y, y.length),
    });
  return { bytes: (8 * floats) / secondsOf(copy), operations: (2 * rows * inner * out) / secondsOf(multiply) };
}

/** The median of nine calls after one. */
function secondsOf(call: () => void): number {
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    call();
    return (performance.now() - start) / 1000;
  });
  return median(times.slice(1));
}
