import { CorpusError } from '../errors.ts';

/** Refuses two files that cannot be translations of each other line by line: of unequal length, or empty. */
export function checkAligned(
  sourceLines: number,
  targetLines: number,
  sourceName: string,
  targetName: string,
  unit = 'lines',
): void {
  if (sourceLines !== targetLines) {
    throw new CorpusError(
      `${sourceName} has ${sourceLines} ${unit} but ${targetName} has ${targetLines}: `
        + `${unit.slice(0, -1)} n of one must translate ${unit.slice(0, -1)} n of the other.`,
    );
  }
  if (sourceLines === 0) throw new CorpusError(`${sourceName} and ${targetName} are empty.`);
}
