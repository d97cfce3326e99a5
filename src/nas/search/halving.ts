import type { Genes } from '../space.ts';
import { distinct, rank, type Scored } from './candidates.ts';

/** Scores distinct candidates at a rung, counted from 0; at the rungs before, they were scored already. */
export type RungScorer = (candidates: readonly Genes[], rung: number) => Promise<readonly Scored[]>;

export interface HalvingProblem {
  candidates: readonly Genes[];
  /** How many go on at each rung; at the last one, how many are chosen. */
  keep: readonly number[];
  /** Competitions that the rungs decide apart from each other: which candidates take part. By default one of all. */
  windows?: readonly ((genes: Genes) => boolean)[];
  score: RungScorer;
}

export interface Halving {
  /** All that were scored at each rung, best first. */
  rankings: Scored[][];
  /** What each window chose, best first. */
  chosen: Scored[][];
}

/**
 * Successive halving (Jamieson and Talwalkar 2016): each rung scores what is left more truly, and the best `keep` of each
 * window go on. A candidate that one window keeps stays in all of its windows, since it costs them nothing. Equal scores
 * go by genes; what has no finite score does not go on.
 */
export async function successiveHalving(problem: HalvingProblem): Promise<Halving> {
  const { keep, windows = [() => true], score } = problem;
  let left: readonly Genes[] = distinct(problem.candidates);
  const rankings: Scored[][] = [];
  let best: Scored[][] = windows.map(() => []);
  for (const [rung, count] of keep.entries()) {
    const ranking = left.length === 0 ? [] : rank(await score(left, rung));
    rankings.push(ranking);
    const sound = ranking.filter((candidate) => Number.isFinite(candidate.score));
    best = windows.map((takesPart) => sound.filter(({ genes }) => takesPart(genes)).slice(0, count));
    const goOn = new Set(best.flat());
    left = ranking.filter((candidate) => goOn.has(candidate)).map(({ genes }) => genes);
  }
  return { rankings, chosen: best };
}
