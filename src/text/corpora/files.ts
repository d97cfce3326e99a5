import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { refuseOtherEncoding } from '../encoding.ts';
import { CorpusError } from '../errors.ts';

/** A file and what messages call it, since the path of a copy says nothing to a user. */
export interface TextFile {
  path: string;
  name: string;
}

/** A file that is called by its path. */
export function fileAt(path: string): TextFile {
  return { path, name: path };
}

/**
 * Bytes of a line beyond which a file is no text of one sentence a line; preparing one
 * takes up to fifty times its memory.
 */
export const longestLine = 1 << 24;

/** Bytes to decode at once, unless a line is longer: a whole file may exceed the longest possible string. */
const blockBytes = 1 << 20;

const lineFeed = 0x0a;

/**
 * The lines of a UTF-8 text file, without their line feeds; a byte order mark at the start goes. A name in `.gz` is
 * unpacked. Only a line feed ends a line: other separators of Unicode, and a carriage return, are part of it.
 *
 * @throws CorpusError for a file that cannot be read, a line that is not UTF-8, and one
 * of more than `longestLine` bytes
 */
export function readLines({ path, name }: TextFile): string[] {
  const bytes = readBytes(path, name);
  refuseOtherEncoding(bytes, name);
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = endOfBlock(bytes, start);
    if (end - start > longestLine) throw overlongLine(name, lines.length + 1);
    for (const line of decodeLines(bytes.subarray(start, end), name, lines.length + 1).split('\n')) lines.push(line);
    start = end + 1;
  }
  return lines;
}

/**
 * The text of some lines of a UTF-8 file, without the byte order mark that the file may start with.
 *
 * @param firstLine number of the first of them, from 1, to name a line that is not UTF-8
 */
export function decodeLines(bytes: Buffer, file: string, firstLine: number): string {
  try {
    // By itself, the decoder would drop a mark at the start of every block, and not only of the file.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return firstLine === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw cause;
    throw new CorpusError(
      `${file}, line ${firstLine + firstBadLine(bytes)}, is not UTF-8. Convert the file to UTF-8.`,
      { cause },
    );
  }
}

/** For a line of more than `longestLine` bytes; lines are numbered from 1. */
export function overlongLine(file: string, line: number): CorpusError {
  return new CorpusError(`${file}, line ${line}, has more than ${longestLine >> 20} MiB. Give one sentence a line.`);
}

/**
 * The error to throw for a file that cannot be read or unpacked; a cause that is not about
 * the file is given back as it is.
 */
export function unreadable(file: string, cause: NodeJS.ErrnoException): Error {
  const { code = '', message, syscall } = cause;
  if (code.startsWith('Z_'))
    return new CorpusError(`${file} is not a whole gzip file (${message}). Fetch it again.`, { cause });
  if (code === 'ERR_FS_FILE_TOO_LARGE' || code === 'ERR_BUFFER_TOO_LARGE') {
    return new CorpusError(`${file} is too large to be read at once. Check that it is text of one sentence a line.`, {
      cause,
    });
  }
  if (syscall === undefined) return cause;
  // "ENOENT: no such file or directory, open '…'": the path is named already.
  return new CorpusError(
    `${file} cannot be read: ${message.split(',')[0]}. Check that it is there, and that you may read it.`,
    { cause },
  );
}

function readBytes(path: string, name: string): Buffer {
  try {
    const bytes = readFileSync(path);
    return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw unreadable(name, cause as NodeJS.ErrnoException);
  }
}

/**
 * Where the block from there ends: at its last line feed or, if a line is longer than a block, at the end of that line.
 */
function endOfBlock(bytes: Buffer, start: number): number {
  const inside = bytes.subarray(start, start + blockBytes).lastIndexOf(lineFeed);
  if (inside >= 0) return start + inside;
  const next = bytes.indexOf(lineFeed, start);
  return next < 0 ? bytes.length : next;
}

/** Lines before the first one that is not UTF-8. */
function firstBadLine(bytes: Buffer): number {
  let line = 0;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(lineFeed, start);
    const end = feed < 0 ? bytes.length : feed;
    // A replacement character that the file holds as such survives the round trip; one
    // that decoding put there does not.
    const slice = bytes.subarray(start, end);
    if (!Buffer.from(slice.toString('utf8')).equals(slice)) return line;
    start = end + 1;
  }
  return line;
}
