import type { SearchParams } from '../../schemas/types.ts';
import { readSupernet, type SupernetCheckpoint } from '../artifacts/checkpoint.ts';
import { latencyPredictor } from '../artifacts/predictor.ts';
import { checkSameText } from '../artifacts/text-form.ts';
import { askedSample, drawBlocks, drawSample, type ValidationSample } from '../batching/validation-sample.ts';
import type { Architecture } from '../model/architecture.ts';
import type { Batch } from '../model/batch.ts';
import { validationLoss } from '../model/validation.ts';
import { boundsOf } from '../nas/costs/bounds.ts';
import { Evaluator } from '../nas/evaluator.ts';
import type { Scored } from '../nas/search/candidates.ts';
import type { Problem, Strategy } from '../nas/search/problem.ts';
import { architectureOf, type Genes, type Space } from '../nas/space.ts';
import { StageError, type StageContext } from '../runner/stage.ts';
import { startEngine } from '../stage/engine.ts';
import { RandomStream } from '../tensor/random.ts';
import { adaptedLoss } from '../training/adapted-loss.ts';
import { explainLimits } from './limits.ts';
import { keptCosts, keptLosses, keptSentenceLosses } from './saved-measurements.ts';
import { readSeeds } from './seeds.ts';

/** What of a stage's parameters the judging of candidates needs. */
export type JudgingParams = Omit<
  SearchParams,
  'strategy' | 'population' | 'iterations' | 'parents' | 'mutants' | 'crossovers' | 'mutationProbability'
>;

/** Candidates of one supernet on one validation sample: what shrinking and searching share. */
export class Exploration {
  /** Best scores of the rankings so far. */
  readonly leaders: number[] = [];
  private total = 0;

  private constructor(
    readonly supernet: SupernetCheckpoint,
    readonly evaluator: Evaluator,
    /** What all candidates are measured on. */
    readonly validation: ValidationSample,
    private readonly batches: readonly Batch[],
    private readonly context: StageContext<JudgingParams>,
  ) {}

  static async open(context: StageContext<JudgingParams>): Promise<Exploration> {
    const { params, inputs, events, progress } = context;
    const { partTokens } = await startEngine(context);
    const supernet = readSupernet(
      inputs.checkpoint,
      'The checkpoint holds a single network: there is nothing to search.',
    );
    const {
      document: { model },
      state,
    } = supernet;
    const validation = askedSample(context.seed!, params, model.targetTypes);
    checkSameText(inputs, 'corpus', 'checkpoint');
    const batches = drawSample(inputs.corpus, validation, partTokens);
    const bounds = boundsOf(params);
    const evaluator = new Evaluator(
      supernet.space,
      {
        config: model,
        weights: state.parameters,
        batches,
        ...latencyPredictor(inputs.predictor, supernet.space, bounds),
      },
      {
        labelSmoothing: validation.labelSmoothing,
        penalty: params.penalty,
        bounds,
      },
      {
        losses: keptLosses({ progress, events }),
        ...(params.adaptUpdates > 0
          ? {
              lossOf: adaptedLoss(supernet, {
                updates: params.adaptUpdates,
                corpus: inputs.corpus,
                validation: batches,
                labelSmoothing: validation.labelSmoothing,
                partTokens,
                seed: context.seed!,
              }),
            }
          : params.racing
            ? {
                race: {
                  blocks: drawBlocks(inputs.corpus, validation, partTokens),
                  kept: keptSentenceLosses({ progress, events }),
                },
              }
            : {}),
        costs: {
          kept: keptCosts({ progress, events }),
          // A tight limit has many more measured than a population needs.
          onMeasured: (cost, done) => events.progress({ done, unit: `networks measured (${cost})` }),
        },
        onScored: (done) =>
          events.progress({ done: Math.min(done, exploration.total), total: exploration.total, unit: 'candidates' }),
      },
    );
    const exploration = new Exploration(supernet, evaluator, validation, batches, context);
    return exploration;
  }

  /** Target tokens of the sample. */
  get validationTokens(): number {
    return this.batches.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** Validation loss with the supernet's weights as they are. */
  inheritedLoss(architecture: Architecture): number {
    if (this.context.params.adaptUpdates === 0) return this.evaluator.loss(architecture);
    const { config, parameters } = this.supernet.state;
    return validationLoss(config, architecture, parameters, this.batches, this.validation.labelSmoothing).smoothed;
  }

  /**
   * Searches from the subnets of a sample space.
   * @param seeds folder of the `sample-space`; absent: a whole one, of which as many random subnets are drawn as a
   *   population has
   * @returns best first, at least one
   * @throws StageError where no candidate keeps the limits, or none has a finite loss
   */
  search(strategy: Strategy, seeds: string | undefined, population: number): Scored[] {
    const {
      evaluator,
      supernet: { space },
      context: { events, seed, params },
    } = this;
    const { accepts, score, best } = evaluator;
    const problem: Problem = {
      space,
      seeds: readSeeds(seeds, space, evaluator, population, seed!),
      accepts,
      score,
      ...(evaluator.races ? { best } : {}),
      ...(params.strata === 'decoder-width' ? { stratumOf: decoderWidthOf(space) } : {}),
    };
    this.total = strategy.evaluations(problem);
    if (evaluator.costs.isTimed) events.log('latencies are measured: the result repeats on this machine only');
    const found = strategy.search(
      problem,
      new RandomStream(seed!.value, seed!.stream, 'evolution'),
      (iteration, leader) => {
        const { evaluations } = evaluator;
        this.leaders.push(leader.score);
        events.metric({ iteration, best: leader.score, evaluations });
        events.log(`iteration ${iteration}: best score ${leader.score.toFixed(4)} after ${evaluations} evaluations`);
      },
    );
    const ranking = found.filter(({ score: figure }) => Number.isFinite(figure));
    const { shared, separate } = evaluator.work;
    if (shared > 0)
      events.log(
        `racing and shared beginnings: ${(separate / shared).toFixed(3)} times fewer multiply-adds than one by one`,
      );
    if (ranking.length > 0) return ranking;
    throw new StageError(
      problem.seeds.some(accepts)
        ? 'No candidate has a finite loss: the supernet diverged.'
        : explainLimits(problem, evaluator.costs),
    );
  }
}

function decoderWidthOf(space: Space): (genes: Genes) => string {
  return (genes) => String(architectureOf(space, genes).decoder.width);
}
