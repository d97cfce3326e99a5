import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { refuseOtherEncoding } from '../encoding.ts';
import { decodeLines, longestLine, overlongLine, type TextFile, unreadable } from './files.ts';
import type { ParallelText, Role } from '../parallel-text.ts';

/** Lines that belong together on both sides: equally many, joined by line feeds, without one at the end. */
export type TextBlock = Record<Role, string>;

/** Bytes to read at once, and roughly those of a block. Only a line that is longer makes a block longer. */
const chunkBytes = 1 << 19;

const lineFeed = 0x0a;

/**
 * How many lines `readLines` would give, without holding the file. Errors are the same,
 * except that UTF-8 is not checked.
 */
export async function countLines(file: TextFile): Promise<number> {
  let lines = 0;
  /** Bytes so far of a line that the next chunk continues. */
  let begun = 0;
  for await (const chunk of chunksOf(file)) {
    if (begun + lengthUntilFeed(chunk) > longestLine) throw overlongLine(file.name, lines + 1);
    let start = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
      lines++;
      start = at + 1;
    }
    begun = (start === 0 ? begun : 0) + chunk.length - start;
  }
  return begun === 0 ? lines : lines + 1;
}

/**
 * Reads two files side by side, as far as the shorter of them goes. Lines are those of `readLines`, and so are errors.
 */
export async function* blocksOfFiles(sourceFile: TextFile, targetFile: TextFile): AsyncGenerator<TextBlock> {
  const source = new LineReader(sourceFile);
  const target = new LineReader(targetFile);
  try {
    for (;;) {
      const lines = Math.min(await source.available(), await target.available());
      if (lines === 0) return;
      yield { source: source.take(lines), target: target.take(lines) };
    }
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/** The lines of one file, some at a time. Errors are those of `readLines`. */
export async function* lineBlocksOf(file: TextFile): AsyncGenerator<string[]> {
  const reader = new LineReader(file);
  try {
    for (let lines = await reader.available(); lines > 0; lines = await reader.available())
      yield reader.take(lines).split('\n');
  } finally {
    await reader.close();
  }
}

/** The same of a text in memory. */
export function* blocksOfText({ source, target }: ParallelText): Generator<TextBlock> {
  let start = 0;
  for (let end = 0, size = 0; end < source.length; end++) {
    size += source[end].length + target[end].length;
    if (size < chunkBytes && end + 1 < source.length) continue;
    yield { source: source.slice(start, end + 1).join('\n'), target: target.slice(start, end + 1).join('\n') };
    start = end + 1;
    size = 0;
  }
}

class LineReader {
  private readonly file: TextFile;
  private readonly chunks: AsyncGenerator<Buffer>;
  private bytes: Buffer = Buffer.alloc(0);
  /** Where the next line starts. */
  private start = 0;
  /** Its number, from 1. */
  private line = 1;
  /** Where each complete line in `bytes` ends; the first `taken` of them were given out. */
  private ends: number[] = [];
  private taken = 0;

  constructor(file: TextFile) {
    this.file = file;
    this.chunks = chunksOf(file);
  }

  /** Reads until there is a line to take, and tells how many there are; none at the end of the file. */
  async available(): Promise<number> {
    if (this.taken < this.ends.length) return this.ends.length - this.taken;
    const rest = this.bytes.subarray(this.start);
    const parts = [rest];
    let length = rest.length;
    let found = false;
    while (!found) {
      const { value, done } = await this.chunks.next();
      if (done === true) break;
      const until = lengthUntilFeed(value);
      if (length + until > longestLine) throw overlongLine(this.file.name, this.line);
      parts.push(value);
      length += value.length;
      found = until < value.length;
    }
    this.bytes = parts.length === 1 ? rest : Buffer.concat(parts);
    this.start = 0;
    this.ends = [];
    this.taken = 0;
    for (let at = this.bytes.indexOf(lineFeed); at >= 0; at = this.bytes.indexOf(lineFeed, at + 1)) this.ends.push(at);
    // The last line may lack its line feed.
    if (!found && this.bytes.length > 0) this.ends.push(this.bytes.length);
    return this.ends.length;
  }

  take(lines: number): string {
    const end = this.ends[this.taken + lines - 1];
    const text = decodeLines(this.bytes.subarray(this.start, end), this.file.name, this.line);
    this.taken += lines;
    this.line += lines;
    this.start = Math.min(end + 1, this.bytes.length);
    return text;
  }

  async close(): Promise<void> {
    await this.chunks.return(undefined);
  }
}

/** All bytes of a chunk without a line feed. */
function lengthUntilFeed(chunk: Buffer): number {
  const feed = chunk.indexOf(lineFeed);
  return feed < 0 ? chunk.length : feed;
}

/**
 * The bytes of a file, unpacked.
 * @throws CorpusError where they cannot be read, or are UTF-16
 */
async function* chunksOf(file: TextFile): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of bytesOf(file)) {
    if (isFirst) refuseOtherEncoding(chunk, file.name);
    isFirst = false;
    yield chunk;
  }
}

/** The bytes of a file, unpacked, whatever they are. */
export async function* bytesOf({ path, name }: TextFile): AsyncGenerator<Buffer> {
  const raw = createReadStream(path, { highWaterMark: chunkBytes });
  // An error of the file also ends the stream that is read below: the callback has nothing to do.
  const bytes = path.endsWith('.gz') ? pipeline(raw, createGunzip({ chunkSize: chunkBytes }), () => undefined) : raw;
  try {
    yield* bytes;
  } catch (cause) {
    throw unreadable(name, cause as NodeJS.ErrnoException);
  }
}
