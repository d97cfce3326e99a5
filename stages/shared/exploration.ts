import path from 'node:path';
import { Evaluator } from '../../src/nas/evaluate.ts';
import { distinct, type EvolutionOptions, explore, fill, generationSizes, type Scored } from '../../src/nas/evolution.ts';
import { architectureOf, formatGenes, type Genes, sampleGenes, type Space } from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { StageError, type StageContext } from '../../src/runner/stage.ts';
import type { SearchParams } from '../../schemas/types.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { checkDictionaries, checkSameSpace } from './compatibility.ts';
import { startEngine } from './engine.ts';
import { readSampleSpace, writeDocument } from './documents.ts';
import { explainLimits } from './limits.ts';
import { SavedMeasurements } from './saved-measurements.ts';
import { askedSample, drawSample, type ValidationSample } from './validation.ts';

/** What shrinking and searching share: a supernet, its validation sample, and Algorithm 1 over it. */
export interface Exploration {
  supernet: Checkpoint;
  space: Space;
  evaluator: Evaluator;
  /** What all candidates are measured on. */
  validation: ValidationSample;
  /**
   * The subnets of a sample space in this folder; of a whole space, as many random ones within the limits as a population has, or as many
   * beyond them if none is found.
   */
  seedsFrom(folder: string): readonly Genes[];
  /** Runs Algorithm 1 from these seeds; best first, at least one. */
  run(seeds: readonly Genes[]): Scored[];
  /** Writes the `ranking` artifact. */
  writeRanking(folder: string, ranking: readonly Scored[]): void;
}

export async function startExploration(context: StageContext<SearchParams>): Promise<Exploration> {
  const { params, inputs, events } = context;
  const { parents, mutants, crossovers, population, iterations } = params;
  if (Math.abs(parents + mutants + crossovers - 1) > 1e-9) {
    throw new StageError(`parents + mutants + crossovers must be 1, and ${parents} + ${mutants} + ${crossovers} is ${parents + mutants + crossovers}.`);
  }
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const supernet = readCheckpoint(inputs.checkpoint);
  const { space, model } = supernet.document;
  if (!space) throw new StageError('The checkpoint holds a single network: there is nothing to search.');
  const validation = askedSample(seed, params, model.targetTypes);
  const batches = drawSample(inputs.corpus, validation, partTokens);
  checkDictionaries(inputs.corpus, model);
  const timed = params.latencyLimit !== undefined || params.latencyBudget !== undefined;
  let total = 0;
  const evaluator = new Evaluator(space, { config: model, weights: supernet.state.weights, batches },
    {
      labelSmoothing: validation.labelSmoothing, penalty: params.penalty,
      budget: params.budget, operationsBudget: params.operationsBudget, latencyBudget: params.latencyBudget,
      limit: params.limit, operationsLimit: params.operationsLimit, latencyLimit: params.latencyLimit,
    },
    {
      losses: new SavedMeasurements(path.join(context.progress, 'losses.jsonl')),
      latencies: new SavedMeasurements(path.join(context.progress, 'latencies.jsonl')),
      onScored: (done) => events.progress({ done: Math.min(done, total), total, unit: 'candidates' }),
      // A tight limit has many more measured than a population needs.
      onTimed: (done) => events.progress({ done, unit: 'latencies' }),
    });
  const best: number[] = [];
  const options: EvolutionOptions = { population, iterations, parents, mutants, crossovers, mutationProbability: params.mutationProbability };
  return {
    supernet, space, evaluator, validation,
    seedsFrom(folder) {
      const sampled = readSampleSpace(folder);
      checkSameSpace(space, sampled.space);
      if (sampled.candidates) return sampled.candidates;
      const random = new RandomStream(seed.value, seed.stream, 'start');
      const drawn = distinct(Array.from({ length: population }, () => sampleGenes(space, random)));
      const accepted = drawn.filter(evaluator.accepts);
      // A latency takes seconds to measure: where not one of so many keeps the limit, others would hardly.
      if (accepted.length === 0 && params.latencyLimit !== undefined) return drawn;
      const filled = fill(accepted, population - accepted.length, () => sampleGenes(space, random), evaluator.accepts);
      return filled.length === 0 ? drawn : filled;
    },
    run(seeds) {
      const sizes = generationSizes(options);
      total = seeds.length + iterations * (sizes.mutants + sizes.crossovers);
      if (timed) events.log('latencies are measured: the result repeats on this machine only');
      const ranking = explore(space, seeds, options, evaluator.score, new RandomStream(seed.value, seed.stream, 'evolution'), {
        accept: evaluator.accepts,
        onIteration(iteration, leader) {
          best.push(leader.score);
          events.metric({ iteration, best: leader.score, evaluations: evaluator.evaluations });
          events.log(`iteration ${iteration}: best score ${leader.score.toFixed(4)} after ${evaluator.evaluations} evaluations`);
        },
      }).filter(({ score }) => Number.isFinite(score));
      const { shared, separate } = evaluator.work;
      if (shared > 0) events.log(`shared beginnings: ${(separate / shared).toFixed(3)} times fewer multiply-adds than one by one`);
      if (ranking.length > 0) return ranking;
      throw new StageError(seeds.some(evaluator.accepts)
        ? 'No candidate has a finite loss: the supernet diverged.'
        : explainLimits(seeds.map((genes) => architectureOf(space, genes)), evaluator, params));
    },
    writeRanking(folder, ranking) {
      writeDocument(folder, 'ranking', {
        summary: ranking.length > 0 ? `${evaluator.evaluations} candidates evaluated; best score ${ranking[0].score.toFixed(4)}` : 'nothing was ranked',
        evaluations: evaluator.evaluations,
        validationTokens: batches.reduce((sum, { tokens }) => sum + tokens, 0),
        iterations: best,
        candidates: ranking.map(({ genes, score }) => {
          const architecture = architectureOf(space, genes);
          return {
            genes: formatGenes(genes), score,
            parameters: evaluator.parameters(architecture),
            operations: evaluator.operations(architecture),
            ...(timed ? { latency: evaluator.latency(architecture) } : {}),
          };
        }),
      });
    },
  };
}
