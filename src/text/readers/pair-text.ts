import type { TextBlock } from '../corpora/line-blocks.ts';
import type { RawText } from '../formats/format.ts';
import type { Role } from '../parallel-text.ts';
import { collapseSpaces } from '../unicode.ts';

/** A sentence and its translation. */
export type Pair = Record<Role, string>;

/** Characters of a block, roughly. */
const blockLength = 1 << 18;

/** A text from what reads its pairs some at a time: once to count them, and once more when they are asked for. */
export async function textOfPairs(read: () => AsyncIterable<readonly Pair[]>): Promise<RawText> {
  let pairs = 0;
  for await (const some of read()) pairs += some.length;
  return { pairs, blocks: blocksOf(read()) };
}

async function* blocksOf(read: AsyncIterable<readonly Pair[]>): AsyncGenerator<TextBlock> {
  let sides: Record<Role, string[]> = { source: [], target: [] };
  let length = 0;
  for await (const some of read) {
    for (const { source, target } of some) {
      sides.source.push(source);
      sides.target.push(target);
      length += source.length + target.length;
    }
    if (length < blockLength) continue;
    yield { source: sides.source.join('\n'), target: sides.target.join('\n') };
    sides = { source: [], target: [] };
    length = 0;
  }
  if (sides.source.length > 0) yield { source: sides.source.join('\n'), target: sides.target.join('\n') };
}

/** Text of an element on one line. */
export function oneLine(text: string): string {
  return collapseSpaces(text).replace(/^ | $/gu, '');
}
