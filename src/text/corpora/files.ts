import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CorpusError } from '../errors.ts';

/**
 * The lines of a UTF-8 text file, without their line feeds; a byte order mark at the start goes. A name in `.gz` is unpacked.
 * Only a line feed ends a line: other separators of Unicode, and a carriage return, are part of it.
 */
export function readLines(file: string): string[] {
  const text = decode(readBytes(file), file);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function readBytes(file: string): Buffer {
  const bytes = readFileSync(file);
  if (!file.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new CorpusError(`${file} is not a whole gzip file (${(cause as Error).message}). Fetch it again.`, { cause });
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CorpusError(`${file}, line ${firstBadLine(bytes)}, is not UTF-8. Convert the file to UTF-8.`, { cause });
  }
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
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
