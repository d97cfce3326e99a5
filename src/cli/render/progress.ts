import type { RunEvent } from '../../runner/events.ts';
import { formatCompact, formatCount, formatSeconds } from './units.ts';

export type ProgressEvent = Extract<RunEvent, { type: 'stage-progress' }>;

/** `train 3/8: 12,345/50,000 updates · 8.5/s · 31k tokens/s · loss 4.02 · 1h 12m left` */
export function drawProgress({ part, update, rate, left }: ProgressEvent): string {
  const { done, total, unit, figures = {} } = update;
  return (
    (part === undefined ? '' : `${part}: `)
    + [
      `${formatCount(done)}${total === undefined ? '' : `/${formatCount(total)}`} ${unit}`,
      ...(Number.isFinite(rate) && rate > 0 ? [`${formatCompact(rate)}/s`] : []),
      // A rate reads as one: `31k tokens/s`; any other figure after its name: `loss 4.02`.
      ...Object.entries(figures).map(([name, value]) =>
        name.includes('/') ? `${formatCompact(value)} ${name}` : `${name} ${formatCompact(value)}`,
      ),
      ...(Number.isFinite(left) && left > 0 ? [`${formatSeconds(left)} left`] : []),
    ].join(' · ')
  );
}
