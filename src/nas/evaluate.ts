import { type Architecture, type ModelConfig } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { loadNetwork, lossOf } from '../model/training-step.ts';
import type { ParameterSet } from '../tensor/parameters.ts';
import { countParameters } from './counts.ts';
import type { Score, Scored } from './evolution.ts';
import { architectureOf, type Genes, type Space } from './space.ts';
import { evaluateTogether, type Terms, type Work } from './together.ts';

/** What a candidate is judged by: loss + λ · max(0, parameters/P − 1), and nothing above the hard limit (docs/method.md). */
export interface Objective {
  labelSmoothing: number;
  /** P, in parameters of the layers; absent: no penalty. */
  budget?: number;
  /** λ. */
  penalty: number;
  /** Candidates with more parameters (layers only) are not evaluated. */
  limit?: number;
}

/** Losses by network, kept where an interrupted ranking can find them again. */
export interface LossCache {
  get(network: string): number | undefined;
  set(network: string, loss: number): void;
}

/**
 * Scores candidates with weights inherited from the supernet, by validation loss a token, all on the same batches. Architectures
 * that differ only in genes that are not active are one network: it is evaluated once.
 */
export class Evaluator {
  /** Multiply-adds so far; losses that were known cost none. */
  readonly work: Work = { shared: 0, separate: 0 };
  private readonly seen = new Set<string>();

  constructor(
    private readonly space: Space, private readonly terms: Omit<Terms, 'labelSmoothing'>,
    private readonly objective: Objective, private readonly losses: LossCache = new Map(), private readonly onScored: (evaluations: number) => void = () => {},
  ) {}

  /** Networks evaluated so far. */
  get evaluations(): number {
    return this.seen.size;
  }

  /** Whether a candidate keeps the hard limit. */
  readonly accepts = (genes: Genes): boolean => {
    const { limit } = this.objective;
    return limit === undefined || this.parameters(architectureOf(this.space, genes)) <= limit;
  };

  readonly score: Score = (candidates) => {
    const architectures = candidates.map((genes) => architectureOf(this.space, genes));
    const losses = this.lossesOf(architectures);
    const { budget, penalty } = this.objective;
    return candidates.map((genes, i): Scored => {
      const excess = budget === undefined ? 0 : Math.max(0, this.parameters(architectures[i]) / budget - 1);
      return { genes, score: losses[i] + penalty * excess };
    });
  };

  /** Label-smoothed validation loss, nats a token. */
  loss(architecture: Architecture): number {
    return this.lossesOf([architecture])[0];
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
      this.onScored(this.evaluations);
    });
    this.work.shared += shared;
    this.work.separate += separate;
    return names.map((name) => this.losses.get(name)!);
  }

  private parameters(architecture: Architecture): number {
    return countParameters(this.terms.config, architecture).layers;
  }
}

/** Mean losses a target token, in nats, without dropout. */
export function validationLoss(
  config: ModelConfig, architecture: Architecture, weights: ParameterSet, batches: readonly Batch[], labelSmoothing: number,
): { smoothed: number; likelihood: number } {
  const net = loadNetwork(config, architecture, weights);
  try {
    const sums = batches.map((batch) => lossOf(net, batch, labelSmoothing));
    const tokens = sums.reduce((sum, part) => sum + part.tokens, 0);
    return {
      smoothed: sums.reduce((sum, part) => sum + part.smoothed, 0) / tokens,
      likelihood: sums.reduce((sum, part) => sum + part.likelihood, 0) / tokens,
    };
  } finally {
    net.dispose();
  }
}

