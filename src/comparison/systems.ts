import type { GatheredInput, GatheredName } from '../runner/stage.ts';
import { StageError } from '../runner/stage.ts';

/** The matrix axis whose values are runs of one system. */
const seedAxis = 'seed';

/** One training and what was measured of it. */
export interface Run<Result> {
  /** Undefined where the pipeline has one seed only. */
  seed: string | undefined;
  result: Result;
}

/** What is compared with others: a label, on one choice of all axes but the seed. */
export interface System<Result> {
  /** The label, with the axes in which systems of that label differ: `lite`, `lite@lite=160`. */
  name: string;
  label: string;
  /** Without the seed. */
  variant: Record<string, string>;
  runs: Run<Result>[];
}

/** Puts runs of one system together, whose variants differ in the seed alone. */
export function systemsOf<Result>(results: readonly (GatheredName & { result: Result })[]): System<Result>[] {
  const systems = new Map<string, System<Result>>();
  for (const { label, variant, result } of results) {
    const { [seedAxis]: seed, ...others } = variant;
    const identity = JSON.stringify([label, Object.entries(others)]);
    const system = systems.get(identity) ?? { name: label, label, variant: others, runs: [] };
    system.runs.push({ seed, result });
    systems.set(identity, system);
  }
  const all = [...systems.values()];
  return all.map((system) => ({ ...system, name: nameOf(system, all) }));
}

function nameOf<Result>({ label, variant }: System<Result>, all: readonly System<Result>[]): string {
  const siblings = all.filter((other) => other.label === label);
  const varied = Object.entries(variant).filter(([axis, value]) =>
    siblings.some((other) => other.variant[axis] !== value),
  );
  return varied.length === 0 ? label : `${label}@${varied.map(([axis, value]) => `${axis}=${value}`).join()}`;
}

/**
 * For each of the first inputs, the one of the second that has its label and variant.
 * @throws StageError when one of either has no partner
 */
export function partners(
  [slot, first]: readonly [string, readonly GatheredInput[]],
  [otherSlot, second]: readonly [string, readonly GatheredInput[]],
): GatheredInput[] {
  const lonely = (name: string, other: string): never => {
    throw new StageError(
      `${name} has no partner in "${other}": give both slots the same labels, for results of the same trainings.`,
    );
  };
  const found = first.map(
    (input) =>
      second.find((other) => inputName('', other) === inputName('', input))
      ?? lonely(inputName(slot, input), otherSlot),
  );
  const extra = second.find((other) => !found.includes(other));
  if (extra !== undefined) lonely(inputName(otherSlot, extra), slot);
  return found;
}

/** As the runner names it: `bleu.lite@seed=2`. */
export function inputName(slot: string, { label, variant }: GatheredName): string {
  const values = Object.entries(variant).map(([axis, value]) => `${axis}=${value}`);
  return `${slot}.${label}${values.length === 0 ? '' : `@${values.join()}`}`;
}
