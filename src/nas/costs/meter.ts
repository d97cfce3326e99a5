import type { Architecture } from '../../model/architecture.ts';
import type { Measurements } from '../measurements.ts';
import { type Bounds, isHard, keeps } from './bounds.ts';
import type { CostTerms } from './cost.ts';
import { type CostName, costNames, costOf } from './table.ts';

export interface CostMeterOptions {
  /** Where expensive figures are kept, by cost; by default in memory. */
  kept?: Partial<Record<CostName, Measurements>>;
  /** In place of the cost's own way to measure. */
  measure?: Partial<Record<CostName, (architecture: Architecture) => number>>;
  /** Called after each expensive figure with the number of networks that have one. */
  onMeasured?: (cost: CostName, networks: number) => void;
}

/**
 * What networks cost, and whether that keeps the bounds. An expensive figure is measured once: a
 * network that was accepted stays so.
 */
export class CostMeter {
  readonly #kept = new Map<CostName, Measurements>();
  readonly #measured = new Map<CostName, Set<string>>();

  constructor(
    readonly terms: CostTerms,
    readonly bounds: Bounds,
    private readonly options: CostMeterOptions = {},
  ) {}

  /** Costs to tell of each candidate: cheap ones, and those that are bounded. */
  get told(): CostName[] {
    return costNames.filter((name) => costOf(name).isCheap || this.bounds[name] !== undefined);
  }

  /** Whether figures come from a clock, which does not repeat itself. */
  get isTimed(): boolean {
    return this.told.some((name) => costOf(name).isTimed === true);
  }

  /** Whether a figure that takes seconds to measure decides if a candidate may be looked at. */
  get limitsExpensively(): boolean {
    return costNames.some((name) => costOf(name).isTimed && isHard(this.bounds[name]));
  }

  figure(name: CostName, architecture: Architecture): number {
    const measure =
      this.options.measure?.[name] ?? ((network: Architecture) => costOf(name).measure(this.terms, network));
    if (costOf(name).isCheap) return measure(architecture);
    const kept = entry(this.#kept, name, () => this.options.kept?.[name] ?? new Map<string, number>());
    const network = JSON.stringify(architecture);
    let figure = kept.get(network);
    if (figure === undefined) kept.set(network, (figure = measure(architecture)));
    const measured = entry(this.#measured, name, () => new Set<string>());
    if (!measured.has(network)) this.options.onMeasured?.(name, measured.add(network).size);
    return figure;
  }

  /** Whether a network keeps all limits and floors. */
  accepts(architecture: Architecture): boolean {
    return costNames.every((name) => {
      const bound = this.bounds[name];
      return !isHard(bound) || keeps(bound, this.figure(name, architecture));
    });
  }

  /** By how much a network is above the budgets, as shares of them. */
  excess(architecture: Architecture): number {
    return costNames.reduce((sum, name) => {
      const budget = this.bounds[name]?.budget;
      return budget === undefined ? sum : sum + Math.max(0, this.figure(name, architecture) / budget - 1);
    }, 0);
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
