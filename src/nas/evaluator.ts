import type { Architecture } from '../model/architecture.ts';
import { CostMeter, type CostMeterOptions } from './costs/meter.ts';
import type { Bounds } from './costs/bounds.ts';
import type { Measurements } from './measurements.ts';
import type { Scored } from './search/candidates.ts';
import { evaluateSharing, type Work } from './shared-evaluation.ts';
import { architectureOf, type Genes, type Space } from './space.ts';
import type { MeasuredSupernet } from './supernet.ts';

/**
 * What a candidate is judged by: loss + λ · Σ max(0, cost/budget − 1), and nothing beyond a
 * limit or a floor (docs/method.md).
 */
export interface Objective {
  labelSmoothing: number;
  /** λ. */
  penalty: number;
  bounds: Bounds;
}

export interface EvaluatorOptions {
  losses?: Measurements;
  costs?: CostMeterOptions;
  /** In place of the loss with inherited weights. */
  lossOf?: (architecture: Architecture) => number;
  /** Called after each loss with the networks evaluated so far. */
  onScored?: (evaluations: number) => void;
}

/**
 * Scores candidates with weights inherited from the supernet, by validation loss a token, all on the same batches.
 * Architectures that differ only in genes that are not active are one network: it is evaluated once.
 */
export class Evaluator {
  /** Multiply-adds so far; losses that were known cost none. */
  readonly work: Work = { shared: 0, separate: 0 };
  readonly costs: CostMeter;
  private readonly losses: Measurements;
  private readonly seen = new Set<string>();

  constructor(
    private readonly space: Space,
    private readonly supernet: MeasuredSupernet,
    private readonly objective: Objective,
    private readonly options: EvaluatorOptions = {},
  ) {
    this.losses = options.losses ?? new Map<string, number>();
    this.costs = new CostMeter(supernet, objective.bounds, options.costs);
  }

  /** Networks evaluated so far. */
  get evaluations(): number {
    return this.seen.size;
  }

  /** Whether a candidate may be looked at. */
  readonly accepts = (genes: Genes): boolean => this.costs.accepts(architectureOf(this.space, genes));

  readonly score = (candidates: readonly Genes[]): Scored[] => {
    const architectures = candidates.map((genes) => architectureOf(this.space, genes));
    const losses = this.lossesOf(architectures);
    return candidates.map((genes, i) => ({
      genes,
      score: losses[i] + this.objective.penalty * this.costs.excess(architectures[i]),
    }));
  };

  /** What a candidate's score begins with: label-smoothed validation loss, nats a token. */
  loss(architecture: Architecture): number {
    return this.lossesOf([architecture])[0];
  }

  /** Computes the losses that are not known yet, together. */
  private lossesOf(architectures: readonly Architecture[]): number[] {
    const names = architectures.map((architecture) => JSON.stringify(architecture));
    const missing = new Map(
      names.flatMap((name, i) => (this.losses.get(name) === undefined ? [[name, architectures[i]] as const] : [])),
    );
    const networks = [...missing.keys()];
    names.filter((name) => !missing.has(name)).forEach((name) => this.seen.add(name));
    const note = (network: number, loss: number) => {
      this.losses.set(networks[network], loss);
      this.seen.add(networks[network]);
      this.options.onScored?.(this.evaluations);
    };
    const { lossOf } = this.options;
    if (lossOf) [...missing.values()].forEach((architecture, i) => note(i, lossOf(architecture)));
    else this.evaluateInherited([...missing.values()], note);
    return names.map((name) => this.losses.get(name)!);
  }

  private evaluateInherited(networks: readonly Architecture[], note: (network: number, loss: number) => void): void {
    const terms = { ...this.supernet, labelSmoothing: this.objective.labelSmoothing };
    const { shared, separate } = evaluateSharing(terms, networks, (i, { smoothed, tokens }) =>
      note(i, smoothed / tokens),
    );
    this.work.shared += shared;
    this.work.separate += separate;
  }
}
