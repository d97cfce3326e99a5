import { Buffer, isUtf8 } from 'node:buffer';
import { CorpusError } from './errors.ts';

/** Bytes of a line beyond which the input is no text of one sentence a line. */
const longestLine = 1 << 20;

const newline = 0x0a;
const byteOrderMark = '\uFEFF';

/**
 * Lines of UTF-8 text without their ends (`\n` or `\r\n`), as many at once as have come: one when someone
 * types, hundreds from a file. A byte order mark at the start is left out. The lines before one that is
 * refused come before the error.
 *
 * @param name of the source, for messages
 * @throws CorpusError for a line that is not UTF-8 or has more than a mebibyte, and for a
 * source that the system cannot read
 */
export async function* readLines(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0);
  let before = 0;
  for await (const chunk of readable(source, name)) {
    const { lines, rest: unfinished, problem } = wholeLines(Buffer.concat([rest, chunk]), before === 0);
    if (lines.length > 0) yield lines;
    before += lines.length;
    if (problem !== undefined) throw new CorpusError(`${name}, line ${before + 1} ${problem}`);
    rest = unfinished;
  }
  if (rest.length === 0) return;
  const problem = problemOf(rest);
  if (problem !== undefined) throw new CorpusError(`${name}, line ${before + 1} ${problem}`);
  yield [textOf(rest, before === 0)];
}

/** The lines up to the first that is refused, and what is wrong with that. */
function wholeLines(bytes: Buffer, isStart: boolean): { lines: string[]; rest: Buffer; problem?: string } {
  const lines: string[] = [];
  let start = 0;
  // No byte of a longer UTF-8 character is a newline, so that lines can be told apart before they are decoded.
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    const line = bytes.subarray(start, end);
    const problem = problemOf(line);
    if (problem !== undefined) return { lines, rest: line, problem };
    lines.push(textOf(line, isStart && lines.length === 0));
    start = end + 1;
  }
  const rest = bytes.subarray(start);
  return { lines, rest, problem: lengthProblem(rest) };
}

function problemOf(line: Buffer): string | undefined {
  return lengthProblem(line) ?? (isUtf8(line) ? undefined : 'is not UTF-8 text. Convert it, for instance with iconv.');
}

function lengthProblem({ length }: Buffer): string | undefined {
  return length > longestLine
    ? `has more than ${longestLine.toLocaleString('en-US')} bytes. Give one sentence a line.`
    : undefined;
}

function textOf(line: Buffer, isFirst: boolean): string {
  const text = line.toString('utf8').replace(/\r$/, '');
  return isFirst && text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
}

async function* readable(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    // Only the system's own errors are expected here; any other is a bug.
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new CorpusError(
      `${name} cannot be read, or no further (${error.message}). Check that it is readable text, and its disk.`,
      { cause: error },
    );
  }
}
