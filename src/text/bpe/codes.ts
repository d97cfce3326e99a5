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
 * Reads what `formatCodes` or subword-nmt wrote, or fastBPE, which has no header and a count behind each pair.
 *
 * @param name of the file, for messages
 */
export function parseCodes(text: string, name = 'codes.txt'): Merge[] {
  const lines = text
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const isFast = /^[^ ]+ [^ ]+ [0-9]+$/u.test(lines[0]);
  if (!isFast && lines[0] !== header)
    throw new CorpusError(`${name}: the first line must be '${header}', as subword-nmt writes it, not '${lines[0]}'.`);
  const expected = isFast ? 'two symbols and a count' : 'two symbols';
  return lines.slice(isFast ? 0 : 1).map((line, i) => {
    const parts = line.split(' ');
    if (parts.length !== (isFast ? 3 : 2) || parts.includes('')) {
      const place = i + (isFast ? 1 : 2);
      throw new CorpusError(`${name}, line ${place}: expected ${expected} parted by a space, got '${line}'.`);
    }
    return [parts[0], parts[1]];
  });
}
