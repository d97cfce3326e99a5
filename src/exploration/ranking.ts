import { writeDocument } from '../artifacts/documents.ts';
import type { RankingDocument } from '../../schemas/types.ts';
import type { CostName } from '../nas/costs/table.ts';
import type { Scored } from '../nas/search/candidates.ts';
import { architectureOf, formatGenes } from '../nas/space.ts';
import type { Exploration } from './exploration.ts';

/** Writes a `ranking` artifact, with what each candidate costs. */
export function writeRanking(folder: string, exploration: Exploration, ranking: readonly Scored[]): void {
  const {
    evaluator: { costs, evaluations, work },
    supernet: { space },
    validationTokens,
    validation,
    leaders,
  } = exploration;
  writeDocument(folder, 'ranking', {
    summary:
      ranking.length > 0
        ? `${evaluations} candidates evaluated; best score ${ranking[0].score.toFixed(4)}`
        : 'nothing was ranked',
    evaluations,
    ...(work.shared > 0 ? { operations: work.shared } : {}),
    validationTokens,
    validation,
    iterations: leaders,
    candidates: ranking.map(({ genes, score }) => {
      const architecture = architectureOf(space, genes);
      const figures = costs.told.map((name) => [name, costs.figure(name, architecture)] as const);
      return { genes: formatGenes(genes), score, ...(Object.fromEntries(figures) as Figures) };
    }),
  });
}

/** Cheap costs are always told. */
type Figures = Pick<RankingDocument['candidates'][number], CostName>;
