import { type CostName, costNames } from './table.ts';

/** What is asked of a cost; all of it may be absent. */
export interface Bound {
  /** Above it, a candidate's score is worse in proportion. */
  budget?: number;
  /** A candidate above it is not evaluated. */
  limit?: number;
  /** Nor is one below it. */
  floor?: number;
}

export type Bounds = Partial<Record<CostName, Bound>>;

/**
 * The bounds among a stage's parameters: `limit` is that of parameters, other costs' have their
 * name before it (`latencyLimit`).
 */
export function boundsOf(params: object): Bounds {
  const given = params as Record<string, number | undefined>;
  return Object.fromEntries(
    costNames.flatMap((cost) => {
      const named = (kind: keyof Bound) => given[parameterName(cost, kind)];
      const bound: Bound = { budget: named('budget'), limit: named('limit'), floor: named('floor') };
      return Object.values(bound).some((value) => value !== undefined) ? [[cost, bound]] : [];
    }),
  );
}

/** Name of the stage's parameter that sets a bound. */
export function parameterName(cost: CostName, kind: keyof Bound): string {
  return cost === 'parameters' ? kind : `${cost}${kind[0].toUpperCase()}${kind.slice(1)}`;
}

/** Whether a bound decides if a candidate may be looked at. */
export function isHard(bound: Bound | undefined): bound is Bound {
  return bound?.limit !== undefined || bound?.floor !== undefined;
}

/** Whether a figure is within limit and floor. */
export function keeps({ limit = Infinity, floor = -Infinity }: Bound, figure: number): boolean {
  return figure <= limit && figure >= floor;
}
