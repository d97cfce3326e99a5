import type { Architecture } from '../../src/model/architecture.ts';
import type { Evaluator, Objective } from '../../src/nas/evaluate.ts';

/** Says that no candidate keeps the hard limits, and for each limit how close they come; of what fails a count, no latency is known. */
export function explainLimits(
  candidates: readonly Architecture[], evaluator: Evaluator, { limit, operationsLimit, latencyLimit }: Partial<Objective>,
): string {
  const limits: string[] = [];
  const within = (most: number | undefined, unit: string, of: readonly Architecture[], figure: (architecture: Architecture) => number): readonly Architecture[] => {
    if (most === undefined) return of;
    const figures = of.map(figure);
    const least = figures.reduce((a, b) => Math.min(a, b), Infinity);
    limits.push(`at most ${most} ${unit}${figures.length > 0 ? ` (the least is ${Math.ceil(100 * least) / 100})` : ''}`);
    return of.filter((_, i) => figures[i] <= most);
  };
  const small = within(limit, 'parameters', candidates, (architecture) => evaluator.parameters(architecture));
  const cheap = within(operationsLimit, 'multiply-adds', small, (architecture) => evaluator.operations(architecture));
  within(latencyLimit, 'ms a translation', cheap, (architecture) => evaluator.latency(architecture));
  return `None of ${candidates.length} candidates has ${limits.join(' and ')}. Raise the ${limits.length > 1 ? 'limits' : 'limit'}, or give the space smaller choices.`;
}
