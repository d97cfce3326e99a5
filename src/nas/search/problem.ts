import type { RandomStream } from '../../tensor/random.ts';
import { groupBy } from '../group-by.ts';
import type { Genes, Space } from '../space.ts';
import { distinct, rank, rankWithin, type Scored } from './candidates.ts';

/** What is searched, and how candidates are judged. */
export interface Problem {
  space: Space;
  /** Where to begin, however many. */
  seeds: readonly Genes[];
  /** Whether a candidate may be looked at at all. */
  accepts(genes: Genes): boolean;
  /** Scores distinct candidates, all on the same terms. */
  score(candidates: readonly Genes[]): readonly Scored[];
  /**
   * The best `count` of distinct candidates, best first, without scoring all of them to the end. Absent: all are scored.
   */
  best?(candidates: readonly Genes[], count: number): readonly Scored[];
  /** Whether the gene at a place may become what no seed has there. Absent: each may. */
  mutates?(place: number): boolean;
  /** Where candidates are ranked within strata, each beside those of its own. */
  stratumOf?(genes: Genes): string;
}

/** Called with the number of a ranking, from 1, and its leader. */
export type OnRanking = (iteration: number, leader: Scored) => void;

/** A way to search. */
export interface Strategy {
  /** Most candidates that it will have scored. */
  evaluations(problem: Problem): number;
  /** Candidates with their scores, best first; none where no seed is accepted. */
  search(problem: Problem, random: RandomStream, onRanking?: OnRanking): Scored[];
}

/** Ranks the seeds, looks no further, and gives the best `count`. */
export function bestSeeds(count: number): Strategy {
  return {
    evaluations: ({ seeds }) => seeds.length,
    search: (problem) => bestOf(problem, acceptedSeeds(problem), count),
  };
}

/** Candidates scored and ranked, as the problem has it. */
export function ranked(problem: Problem, candidates: readonly Genes[]): Scored[] {
  const scored = problem.score(candidates);
  return problem.stratumOf ? rankWithin(scored, (genes) => problem.stratumOf!(genes)) : rank(scored);
}

/** The best `count` candidates, best first, as the problem has it. */
export function bestOf(problem: Problem, candidates: readonly Genes[], count: number): Scored[] {
  const { best, stratumOf } = problem;
  if (!best || candidates.length <= count) return ranked(problem, candidates).slice(0, count);
  if (!stratumOf) return [...best(candidates, count)];
  const strata = [...groupBy(candidates, stratumOf).values()];
  const places = placesOf(
    strata.map(({ length }) => length),
    count,
  );
  return rankWithin(
    strata.flatMap((members) => best(members, places)),
    stratumOf,
  ).slice(0, count);
}

/** How many of each stratum are among the first `count` at most, where strata of these sizes take turns. */
function placesOf(sizes: readonly number[], count: number): number {
  let places = 0;
  while (sizes.reduce((sum, size) => sum + Math.min(size, places), 0) < count) places++;
  return places;
}

/** The distinct seeds that may be looked at. */
export function acceptedSeeds({ seeds, accepts }: Problem): Genes[] {
  return distinct(seeds).filter((genes) => accepts(genes));
}
