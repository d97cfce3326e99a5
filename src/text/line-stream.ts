import { CorpusError } from './errors.ts';

/** Bytes of a line beyond which the input is no text of one sentence a line. */
const longestLine = 1 << 20;

/**
 * Lines of UTF-8 text without their ends (`\n` or `\r\n`), as many at once as have come: one when someone types, hundreds from a file.
 * A byte order mark is left out.
 *
 * @param name of the source, for messages
 * @throws CorpusError for what is not UTF-8, and for a line of more than a mebibyte
 */
export async function* readLines(source: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let before = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new CorpusError(`${name} is not UTF-8 text: see line ${before + 1} or one soon after it. Convert it, for instance with iconv.`, { cause: error });
    }
  };
  for await (const chunk of source) {
    const lines = (rest + decode(chunk)).split('\n');
    rest = lines.pop()!;
    if (lines.length > 0) yield lines.map(withoutReturn);
    before += lines.length;
    if (rest.length > longestLine) throw new CorpusError(`${name}, line ${before + 1} has more than ${longestLine} characters. Give one sentence a line.`);
  }
  rest += decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
