import type { Axis } from '../grammar/axes.ts';

/** Index of the chosen value on each axis, in the order of the axes; -1 where none is chosen. */
export type Choice = readonly number[];

/**
 * Every choice of values for the given axes, the first axis slowest.
 * @param others what is chosen on the other axes; nothing unless given
 */
export function choices(
  axes: readonly Axis[],
  chosen: readonly number[],
  others: Choice = axes.map(() => -1),
): Choice[] {
  let all: Choice[] = [others];
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
