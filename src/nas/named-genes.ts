import { extremeGenes, genePositions, type Genes, parseGenes, type Space, SpaceError } from './space.ts';

/**
 * Genes of one network of a space, as the stage type `subnet` names them: their digits, `smallest` or `largest`, or
 * nothing where the space holds one network only.
 * @throws SpaceError for digits that do not fit the space, and for no name where there are several networks
 */
export function genesNamed(space: Space, name: string | undefined): Genes {
  if (name === 'smallest' || name === 'largest') return extremeGenes(space)[name];
  const positions = genePositions(space);
  if (name === undefined) {
    const open = positions.find(({ choices }) => choices.length > 1);
    if (open)
      throw new SpaceError(
        `The space holds more than one network (${open.part} ${open.field}: ${open.choices.join(', ')}): `
          + 'say which by "genes".',
      );
    return positions.map(() => 0);
  }
  try {
    return parseGenes(space, name);
  } catch (error) {
    throw new SpaceError(`"genes" is none of this space's: ${(error as Error).message}`, { cause: error });
  }
}
