import { type Architecture, type ModelConfig } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { loadNetwork, lossOf, totalOf } from '../model/training-step.ts';
import type { ParameterSet } from '../tensor/parameters.ts';
import { countParameters } from './counts.ts';
import type { Score, Scored } from './evolution.ts';
import { measureLatency } from './latency.ts';
import { countOperations, liteLengths } from './operations.ts';
import { architectureOf, type Genes, type Space } from './space.ts';
import type { Trial } from './supernet.ts';
import { evaluateTogether, type Work } from './together.ts';

/** What a candidate is judged by: loss + λ · max(0, parameters/P − 1), the same of what else has a budget, and nothing above a hard limit (docs/method.md). */
export interface Objective {
  labelSmoothing: number;
  /** P, in parameters of the layers; absent: no penalty. */
  budget?: number;
  /** The same for multiply-adds (layers only, 30 tokens a side) and for milliseconds a translation here (`measureLatency`). */
  operationsBudget?: number;
  latencyBudget?: number;
  /** λ. */
  penalty: number;
  /** Candidates with more parameters (layers only) are not evaluated. */
  limit?: number;
  /** Nor are those with more multiply-adds. */
  operationsLimit?: number;
  /** Nor those that take longer. */
  latencyLimit?: number;
}

/** Figures by network, kept where an interrupted ranking can find them again. */
export interface Measurements {
  get(network: string): number | undefined;
  set(network: string, value: number): void;
}

export interface EvaluatorOptions {
  losses?: Measurements;
  latencies?: Measurements;
  /** Milliseconds a translation; by default those of this machine. */
  latencyOf?: (architecture: Architecture) => number;
  /** Called after each loss with the networks evaluated so far, and after each latency with those timed. */
  onScored?: (evaluations: number) => void;
  onTimed?: (timings: number) => void;
}

/**
 * Scores candidates with weights inherited from the supernet, by validation loss a token, all on the same batches. Architectures
 * that differ only in genes that are not active are one network: it is evaluated once.
 */
export class Evaluator {
  /** Multiply-adds so far; losses that were known cost none. */
  readonly work: Work = { shared: 0, separate: 0 };
  private readonly losses: Measurements;
  private readonly latencies: Measurements;
  private readonly seen = new Set<string>();
  private readonly timed = new Set<string>();

  constructor(
    private readonly space: Space, private readonly terms: Trial,
    private readonly objective: Objective, private readonly options: EvaluatorOptions = {},
  ) {
    this.losses = options.losses ?? new Map<string, number>();
    this.latencies = options.latencies ?? new Map<string, number>();
  }

  /** Networks evaluated so far. */
  get evaluations(): number {
    return this.seen.size;
  }

  /** Whether a candidate keeps the hard limits. */
  readonly accepts = (genes: Genes): boolean => {
    const { limit, operationsLimit, latencyLimit } = this.objective;
    const architecture = architectureOf(this.space, genes);
    // Measuring takes seconds and counting none, so what fails a count is not measured.
    return (limit === undefined || this.parameters(architecture) <= limit)
      && (operationsLimit === undefined || this.operations(architecture) <= operationsLimit)
      && (latencyLimit === undefined || this.latency(architecture) <= latencyLimit);
  };

  readonly score: Score = (candidates) => {
    const architectures = candidates.map((genes) => architectureOf(this.space, genes));
    const losses = this.lossesOf(architectures);
    return candidates.map((genes, i): Scored => ({ genes, score: losses[i] + this.objective.penalty * this.excess(architectures[i]) }));
  };

  /** By how much the network is above the budgets, as shares of them. */
  private excess(architecture: Architecture): number {
    const { budget, operationsBudget, latencyBudget } = this.objective;
    const above = (most: number | undefined, figure: () => number) => (most === undefined ? 0 : Math.max(0, figure() / most - 1));
    return above(budget, () => this.parameters(architecture)) + above(operationsBudget, () => this.operations(architecture))
      + above(latencyBudget, () => this.latency(architecture));
  }

  /** Label-smoothed validation loss, nats a token. */
  loss(architecture: Architecture): number {
    return this.lossesOf([architecture])[0];
  }

  /** Layers only. */
  parameters(architecture: Architecture): number {
    return countParameters(this.terms.config, architecture).layers;
  }

  /** Multiply-adds of the layers for 30 tokens on each side. */
  operations(architecture: Architecture): number {
    return countOperations(this.terms.config, architecture, liteLengths).layers;
  }

  /** Milliseconds to translate a sentence, measured once a network: a network that was accepted stays so. */
  latency(architecture: Architecture): number {
    const name = JSON.stringify(architecture);
    let latency = this.latencies.get(name);
    if (latency === undefined) {
      const { config, weights } = this.terms;
      latency = this.options.latencyOf?.(architecture) ?? measureLatency(config, architecture, weights);
      this.latencies.set(name, latency);
    }
    if (!this.timed.has(name)) {
      this.timed.add(name);
      this.options.onTimed?.(this.timed.size);
    }
    return latency;
  }

  /** Computes the losses that are not known yet, together. */
  private lossesOf(architectures: readonly Architecture[]): number[] {
    const names = architectures.map((architecture) => JSON.stringify(architecture));
    const missing = new Map(names.flatMap((name, i) => (this.losses.get(name) === undefined ? [[name, architectures[i]] as const] : [])));
    const networks = [...missing.keys()];
    names.filter((name) => !missing.has(name)).forEach((name) => this.seen.add(name));
    const { shared, separate } = evaluateTogether({ ...this.terms, labelSmoothing: this.objective.labelSmoothing }, [...missing.values()], (i, { smoothed, tokens }) => {
      this.losses.set(networks[i], smoothed / tokens);
      this.seen.add(networks[i]);
      this.options.onScored?.(this.evaluations);
    });
    this.work.shared += shared;
    this.work.separate += separate;
    return names.map((name) => this.losses.get(name)!);
  }
}

/** Mean losses a target token, in nats, without dropout. */
export function validationLoss(
  config: ModelConfig, architecture: Architecture, weights: ParameterSet, batches: readonly Batch[], labelSmoothing: number,
): { smoothed: number; likelihood: number } {
  const net = loadNetwork(config, architecture, weights);
  try {
    const { smoothed, likelihood, tokens } = totalOf(batches.map((batch) => lossOf(net, batch, labelSmoothing)));
    return { smoothed: smoothed / tokens, likelihood: likelihood / tokens };
  } finally {
    net.dispose();
  }
}
