import { CorpusError } from './errors.ts';

/** Bytes that are looked at. */
const sample = 4096;
const leastSample = 16;

/** The encoding that the first bytes of a text tell, where it is not UTF-8: by a byte order mark, or by the places of zeros. */
export function otherEncoding(start: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | 'UTF-32' | undefined {
  const [a, b, c, d] = start;
  if ((a === 0 && b === 0 && c === 0xfe && d === 0xff) || (a === 0xff && b === 0xfe && c === 0 && d === 0))
    return 'UTF-32';
  if (a === 0xff && b === 0xfe) return 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  const zeros = [0, 0];
  const length = Math.min(start.length, sample);
  for (let i = 0; i < length; i++) if (start[i] === 0) zeros[i % 2]++;
  // Every second byte of Latin letters is zero. A few zeros alone are control characters of UTF-8.
  if (length < leastSample) return undefined;
  const [even, odd] = zeros.map((count) => count / (length / 2));
  if (odd > 0.4 && even === 0) return 'UTF-16LE';
  return even > 0.4 && odd === 0 ? 'UTF-16BE' : undefined;
}

/** @throws CorpusError that says which encoding it is, before lines are counted that are none */
export function refuseOtherEncoding(start: Uint8Array, name: string): void {
  const encoding = otherEncoding(start);
  if (encoding === undefined) return;
  throw new CorpusError(`${name} is ${encoding} text, not UTF-8. Convert it: iconv -f ${encoding} -t UTF-8.`);
}
