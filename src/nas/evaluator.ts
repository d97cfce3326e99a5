import type { Architecture } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { CostMeter, type CostMeterOptions } from './costs/meter.ts';
import type { Bounds } from './costs/bounds.ts';
import type { Measurements } from './measurements.ts';
import { Race, type SentenceLosses } from './race.ts';
import { rank, type Scored } from './search/candidates.ts';
import { evaluateSharing } from './shared-evaluation.ts';
import { architectureOf, type Genes, type Space } from './space.ts';
import type { MeasuredSupernet } from './supernet.ts';
import { addWork, type Work, workOf } from './work.ts';

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
  /** How rankings of which only the best are wanted are raced; absent: all candidates see all sentences. */
  race?: { blocks: readonly (readonly Batch[])[]; kept: SentenceLosses };
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
  /** Multiply-adds of the forward passes so far; those that an interrupted ranking had made count again. */
  readonly work: Work = { shared: 0, separate: 0 };
  readonly costs: CostMeter;
  private readonly losses: Measurements;
  private readonly seen = new Set<string>();
  /** Networks whose loss on the whole sample was found out here, or in an interrupted ranking at the same place. */
  private readonly met = new Set<string>();
  private readonly race?: Race;

  constructor(
    private readonly space: Space,
    private readonly supernet: MeasuredSupernet,
    private readonly objective: Objective,
    private readonly options: EvaluatorOptions = {},
  ) {
    this.losses = options.losses ?? new Map<string, number>();
    this.costs = new CostMeter(supernet, objective.bounds, options.costs);
    const { race } = options;
    if (race) this.race = new Race(supernet, race.blocks, objective.labelSmoothing, race.kept, this.work);
  }

  /** Networks evaluated so far. */
  get evaluations(): number {
    return this.seen.size;
  }

  /** Whether `best` spares those that cannot be among the best some sentences. */
  get races(): boolean {
    return this.race !== undefined;
  }

  /** Whether a candidate may be looked at. */
  readonly accepts = (genes: Genes): boolean => this.costs.accepts(architectureOf(this.space, genes));

  readonly score = (candidates: readonly Genes[]): Scored[] => {
    const architectures = candidates.map((genes) => architectureOf(this.space, genes));
    const losses = this.lossesOf(architectures);
    return candidates.map((genes, i) => ({
      genes,
      score: losses[i] + this.penaltyOf(architectures[i]),
    }));
  };

  /** The best `count` candidates, best first, each scored on all sentences. */
  readonly best = (candidates: readonly Genes[], count: number): Scored[] => {
    if (!this.race || candidates.length <= count) return rank(this.score(candidates)).slice(0, count);
    const entrants = candidates.map((genes) => {
      const architecture = architectureOf(this.space, genes);
      return { name: nameOf(architecture), architecture, handicap: this.penaltyOf(architecture) };
    });
    const losses = this.race.run(entrants, count, (network) => this.note(network));
    losses.forEach((loss, i) => {
      if (loss === undefined) return;
      this.met.add(entrants[i].name);
      // What was measured in another way before stays as it is.
      if (this.losses.get(entrants[i].name) === undefined) this.losses.set(entrants[i].name, loss);
    });
    const finished = candidates.flatMap((genes, i) => {
      const { name, handicap } = entrants[i];
      return losses[i] === undefined ? [] : [{ genes, score: this.losses.get(name)! + handicap }];
    });
    return rank(finished).slice(0, count);
  };

  /** What a candidate's score begins with: label-smoothed validation loss, nats a token. */
  loss(architecture: Architecture): number {
    return this.lossesOf([architecture])[0];
  }

  private penaltyOf(architecture: Architecture): number {
    return this.objective.penalty * this.costs.excess(architecture);
  }

  private note(network: string): void {
    this.seen.add(network);
    this.options.onScored?.(this.evaluations);
  }

  /** Computes the losses that are not known yet, together. */
  private lossesOf(architectures: readonly Architecture[]): number[] {
    const names = architectures.map(nameOf);
    const fresh = new Map(names.flatMap((name, i) => (this.met.has(name) ? [] : [[name, architectures[i]] as const])));
    const missing = new Map([...fresh].filter(([name]) => this.losses.get(name) === undefined));
    for (const name of fresh.keys()) this.met.add(name);
    const networks = [...missing.keys()];
    names.filter((name) => !missing.has(name)).forEach((name) => this.seen.add(name));
    const note = (network: number, loss: number) => {
      this.losses.set(networks[network], loss);
      this.note(networks[network]);
    };
    const { lossOf } = this.options;
    if (lossOf) [...missing.values()].forEach((architecture, i) => note(i, lossOf(architecture)));
    else {
      addWork(this.work, workOf(this.supernet, [...fresh.values()]));
      this.evaluateInherited([...missing.values()], note);
    }
    return names.map((name) => this.losses.get(name)!);
  }

  private evaluateInherited(networks: readonly Architecture[], note: (network: number, loss: number) => void): void {
    const terms = { ...this.supernet, labelSmoothing: this.objective.labelSmoothing };
    evaluateSharing(terms, networks, (i, { smoothed, tokens }) => note(i, smoothed / tokens));
  }
}

/** Architectures of one name are one network. */
function nameOf(architecture: Architecture): string {
  return JSON.stringify(architecture);
}
