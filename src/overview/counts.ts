import { checkSpace, type Space, SpaceError } from '../nas/space.ts';
import type { ParameterCounts } from '../nas/counts.ts';
import { type JsonObject, StageError } from '../runner/stage.ts';
import type { DictionarySizes } from './dictionary-sizes.ts';

const columnWidth = 11;
const titles = ['LAYERS', 'WITH OUTPUT', 'EVERYTHING'];

/** Heads of the columns that `countCells` fills: what depends on dictionaries is left out where they are not known. */
export function countTitles({ sizes }: DictionarySizes): string[] {
  return (sizes ? titles : titles.slice(0, 1)).map((title) => title.padStart(columnWidth));
}

export function countCells({ layers, withOutput, total }: ParameterCounts, { sizes }: DictionarySizes): string[] {
  return (sizes ? [layers, withOutput, total] : [layers]).map((count) =>
    count.toLocaleString('en-US').padStart(columnWidth),
  );
}

/** The same for programs, null where dictionaries are not known. */
export function countValues({ layers, withOutput, total }: ParameterCounts, { sizes }: DictionarySizes): JsonObject {
  return { layers, withOutput: sizes ? withOutput : null, total: sizes ? total : null };
}

export function dictionaryValues({ sizes, from }: DictionarySizes): JsonObject {
  return { source: sizes?.source ?? null, target: sizes?.target ?? null, from };
}

/** What is computed of a space; what is wrong with that is the user's to mend. @throws StageError */
export function ofSpace<Result>(space: Space, compute: (space: Space) => Result): Result {
  try {
    checkSpace(space);
    return compute(space);
  } catch (error) {
    if (error instanceof SpaceError) throw new StageError(error.message, { cause: error });
    throw error;
  }
}
