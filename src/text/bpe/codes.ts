import { CorpusError } from '../errors.ts';
import type { Merge } from './merge.ts';

const header = '#version: 0.2';

/**
 * Writes merge operations in subword-nmt's format, version 0.2: a header, then one
 * operation a line, first learned first.
 */
export function formatCodes(merges: readonly Merge[]): string {
  return [header, ...merges.map((pair) => pair.join(' '))].join('\n') + '\n';
}

/**
 * Reads what `formatCodes` wrote.
 *
 * @param name of the file, for messages
 */
export function parseCodes(text: string, name = 'codes.txt'): Merge[] {
  const [first, ...lines] = text.replace(/\n+$/, '').split('\n');
  if (first !== header)
    throw new CorpusError(`${name}: the first line must be '${header}', as subword-nmt writes it, not '${first}'.`);
  return lines.map((line, i) => {
    const pair = line.split(' ');
    if (pair.length !== 2 || pair.includes('')) {
      throw new CorpusError(`${name}, line ${i + 2}: expected two symbols parted by a space, got '${line}'.`);
    }
    return [pair[0], pair[1]];
  });
}
