import { readDocument } from '../artifacts/documents.ts';
import { type Genes, parseGenes, type Space } from '../nas/space.ts';
import { StageError } from '../runner/stage.ts';
import type { CandidateOrigin } from './pool.ts';

/**
 * The candidates that inputs list: those of a ranking, then those of a sample space.
 * @throws StageError for genes that are none of the space
 */
export function readListed(
  space: Space,
  { ranking, space: sampled }: Readonly<Record<string, string>>,
): { genes: Genes; origin: CandidateOrigin }[] {
  const ranked = ranking ? readDocument(ranking, 'ranking').candidates.map(({ genes }) => genes) : [];
  const sample = sampled ? (readDocument(sampled, 'sample-space').candidates ?? []) : [];
  const parsed = (texts: readonly string[], from: 'ranking' | 'sample-space') =>
    texts.map((text, i) => ({ genes: genesOf(space, text, from), origin: { from, place: i + 1 } }));
  return [...parsed(ranked, 'ranking'), ...parsed(sample, 'sample-space')];
}

function genesOf(space: Space, text: string, from: string): Genes {
  try {
    return parseGenes(space, text);
  } catch (error) {
    throw new StageError(
      `The ${from} is of another search space (${(error as Error).message}): connect one that was made with this supernet.`,
      { cause: error },
    );
  }
}
