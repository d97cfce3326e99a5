import type { ChooseParams } from '../../schemas/types.ts';
import { halfNamed } from '../batching/validation-half.ts';
import { sampleOf, type ValidationSample } from '../batching/validation-sample.ts';
import { architectureOf, formatGenes, type Genes } from '../nas/space.ts';
import type { Scored } from '../nas/search/candidates.ts';
import type { PartResult, StageContext } from '../runner/stage.ts';
import type { CandidateResult, CandidateTraining } from './candidate.ts';
import type { Effort } from './effort.ts';
import type { ChoosingTerms } from './terms.ts';

/** Trains candidates from rung to rung, each as a part of the stage that goes on from its part before. */
export class CandidateTrainings {
  /** What all of them are measured on. */
  readonly validation: ValidationSample;
  /** That were made in all. */
  updates = 0;
  readonly #results = new Map<string, PartResult<CandidateResult>[]>();

  constructor(
    private readonly context: StageContext<ChooseParams>,
    private readonly terms: ChoosingTerms,
    private readonly rungs: Effort['rungs'],
  ) {
    const { params, seed } = context;
    const { labelSmoothing } = terms.training.training;
    this.validation = sampleOf(seed!, params.validationTokens, labelSmoothing, halfNamed(params.validationHalf));
  }

  /** Losses after the updates of a rung, counted from 0; NaN where training diverged. */
  readonly score = async (candidates: readonly Genes[], rung: number): Promise<Scored[]> => {
    const {
      params: { averageEpochs },
      cores,
      events,
    } = this.context;
    const { rungs } = this;
    const { updates } = rungs[rung];
    const asked = candidates.map((genes): CandidateTraining => ({
      genes: formatGenes(genes),
      architecture: architectureOf(this.terms.space, genes),
      terms: this.terms.training,
      updates,
      averageEpochs,
      validation: this.validation,
    }));
    const results = await this.context.parts<CandidateResult>('train', asked, {
      // Results do not depend on threads, so cores that would be idle may help.
      cores: Math.max(1, Math.floor(cores / candidates.length)),
      ...(rung === 0 ? {} : { after: candidates.map((genes) => this.of(genes).at(-1)!.files) }),
    });
    candidates.forEach((genes, i) => this.#results.set(formatGenes(genes), [...this.of(genes), results[i]]));
    this.updates += candidates.length * (updates - (rungs[rung - 1]?.updates ?? 0));
    const scored = candidates.map((genes, i) => ({ genes, score: results[i].value.loss ?? NaN }));
    const losses = scored.map(({ score }) => score).filter(Number.isFinite);
    const best = losses.length > 0 ? Math.min(...losses) : NaN;
    events.metric({ rung: rung + 1, updates, candidates: candidates.length, ...(losses.length > 0 ? { best } : {}) });
    events.log(`rung ${rung + 1}: best loss ${best.toFixed(4)} of ${candidates.length} after ${updates} updates`);
    return scored;
  };

  /** What a candidate came to at each rung. */
  of(genes: Genes): readonly PartResult<CandidateResult>[] {
    return this.#results.get(formatGenes(genes)) ?? [];
  }
}
