import { CorpusError } from '../errors.ts';

/** Refuses two files that cannot be translations of each other line by line: of unequal length, or empty. */
export function checkAligned(sourceLines: number, targetLines: number, sourceName: string, targetName: string): void {
  if (sourceLines !== targetLines) {
    throw new CorpusError(
      `${sourceName} has ${sourceLines} lines but ${targetName} has ${targetLines}: `
        + 'line n of one must translate line n of the other.',
    );
  }
  if (sourceLines === 0) throw new CorpusError(`${sourceName} and ${targetName} are empty.`);
}
