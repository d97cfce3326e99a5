import type { TextBlock } from '../corpora/line-blocks.ts';
import type { RawText } from '../formats/format.ts';

/** Texts one after another, as one. */
export function joined(texts: readonly RawText[]): RawText {
  return { pairs: texts.reduce((sum, { pairs }) => sum + pairs, 0), blocks: blocksOf(texts) };
}

async function* blocksOf(texts: readonly RawText[]): AsyncGenerator<TextBlock> {
  for (const { blocks } of texts) yield* blocks;
}
