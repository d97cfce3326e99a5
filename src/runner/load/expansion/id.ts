import type { Axis } from '../grammar/axes.ts';
import type { StageDraft } from '../grammar/draft.ts';
import type { Choice } from './choice.ts';

/** `train.2@seed=1` */
export function idOf({ name }: StageDraft, round: number | undefined, variant: string): string {
  return round === undefined ? name + variant : `${name}.${round}${variant}`;
}

/** `@budget=3600000,seed=2`, or nothing where no axis is chosen. */
export function suffix(axes: readonly Axis[], choice: Choice): string {
  const parts = Object.entries(labelsOf(axes, choice)).map(([axis, label]) => `${axis}=${label}`);
  return parts.length === 0 ? '' : `@${parts.join(',')}`;
}

/** What names of instances call the chosen values, by axis. */
export function labelsOf(axes: readonly Axis[], choice: Choice): Record<string, string> {
  return Object.fromEntries(
    choice.flatMap((value, i) => (value === -1 ? [] : [[axes[i].name, axes[i].labels[value]] as const])),
  );
}
