import { checkSameSpace } from '../artifacts/compatibility.ts';
import { readSampleSpace } from '../artifacts/sample-space.ts';
import type { Evaluator } from '../nas/evaluator.ts';
import { distinct, fill } from '../nas/search/candidates.ts';
import { type Genes, sampleGenes, type Space } from '../nas/space.ts';
import type { Seed } from '../runner/stage.ts';
import { RandomStream } from '../tensor/random.ts';

/**
 * The subnets of a sample space in this folder; of a whole space, or without a folder, as many random ones within the limits as a population
 * has, or as many beyond them if none is found.
 */
export function readSeeds(
  folder: string | undefined,
  space: Space,
  evaluator: Evaluator,
  population: number,
  seed: Seed,
): readonly Genes[] {
  if (folder !== undefined) {
    const sampled = readSampleSpace(folder);
    checkSameSpace(space, sampled.space);
    if (sampled.candidates) return sampled.candidates;
  }
  const random = new RandomStream(seed.value, seed.stream, 'start');
  const drawn = distinct(Array.from({ length: population }, () => sampleGenes(space, random)));
  const accepted = drawn.filter(evaluator.accepts);
  // A figure may take seconds to measure: where not one of so many keeps its limit, others would hardly.
  if (accepted.length === 0 && evaluator.costs.limitsExpensively) return drawn;
  const filled = fill(accepted, population - accepted.length, () => sampleGenes(space, random), evaluator.accepts);
  return filled.length === 0 ? drawn : filled;
}
