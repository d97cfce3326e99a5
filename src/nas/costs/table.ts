import type { Cost } from './cost.ts';
import { latency } from './latency.ts';
import { operations } from './operations.ts';
import { parameters } from './parameters.ts';
import { predictedLatency } from './predicted-latency.ts';
import { totalParameters } from './total-parameters.ts';

/** Every cost by its name in rankings: a line each. What fails a cheap one is not measured by those after it. */
export const costs = {
  parameters,
  total: totalParameters,
  operations,
  predictedLatency,
  latency,
} as const satisfies Record<string, Cost>;

export type CostName = keyof typeof costs;

export const costNames = Object.keys(costs) as CostName[];

/** What is known of a cost. */
export function costOf(name: CostName): Cost {
  return costs[name];
}
