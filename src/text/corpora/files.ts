import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CorpusError } from '../errors.ts';

/**
 * The lines of a UTF-8 text file, without their line feeds; a byte order mark at the start goes. A name in `.gz` is unpacked.
 * Only a line feed ends a line: other separators of Unicode, and a carriage return, are part of it.
 */
export function readLines(file: string): string[] {
  const bytes = readBytes(file);
  const lines = decodeLines(bytes, file, 1).split('\n');
  if (bytes.length === 0 || bytes[bytes.length - 1] === 0x0a) lines.pop();
  return lines;
}

/**
 * The text of some lines of a UTF-8 file, without the byte order mark that the file may start with.
 *
 * @param firstLine number of the first of them, from 1, to name a line that is not UTF-8
 */
export function decodeLines(bytes: Buffer, file: string, firstLine: number): string {
  try {
    // The decoder's own way with a mark is to drop one at the start of whatever it is given.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return firstLine === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
  } catch (cause) {
    // A block of lines that is no text at all is longer than any string.
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw cause;
    throw new CorpusError(`${file}, line ${firstLine + firstBadLine(bytes)}, is not UTF-8. Convert the file to UTF-8.`, { cause });
  }
}

/** For a packed file that cannot be unpacked to its end. */
export function unreadableGzip(file: string, cause: Error): CorpusError {
  return new CorpusError(`${file} is not a whole gzip file (${cause.message}). Fetch it again.`, { cause });
}

function readBytes(file: string): Buffer {
  const bytes = readFileSync(file);
  if (!file.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw unreadableGzip(file, cause as Error);
  }
}

/** Lines before the first one that is not UTF-8. */
function firstBadLine(bytes: Buffer): number {
  let line = 0;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    // A replacement character that the file holds as such survives the round trip; one that decoding put there does not.
    const slice = bytes.subarray(start, end);
    if (!Buffer.from(slice.toString('utf8')).equals(slice)) return line;
    start = end + 1;
  }
  return line;
}
