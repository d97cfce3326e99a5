import type { Axis } from '../grammar/axes.ts';

/** Index of the chosen value on each axis, in the order of the axes; -1 where none is chosen. */
export type Choice = readonly number[];

/** Every choice of values for the given axes, the first axis slowest. */
export function choices(axes: readonly Axis[], chosen: readonly number[]): Choice[] {
  let all: number[][] = [new Array<number>(axes.length).fill(-1)];
  for (const axis of chosen) {
    all = all.flatMap((choice) =>
      axes[axis].values.map((_, value) => choice.map((old, i) => (i === axis ? value : old))),
    );
  }
  return all;
}

/** The choice on only some axes. */
export function project(choice: Choice, kept: ReadonlySet<number>): Choice {
  return choice.map((value, axis) => (kept.has(axis) ? value : -1));
}
