import type { CorpusFormatName } from '../text/formats/table.ts';
import type { FolderWriter } from './writer.ts';

export const EMBEDDED_FORMAT = 'parallel' satisfies CorpusFormatName;

/** Languages of the embedded corpus: messages of the TypeScript compiler. */
export const EMBEDDED_LANGUAGES = { source: 'de', target: 'en' } as const;

/**
 * Writes the quick-start corpus as `train.de`, `train.en`, `valid.de` and so on. Returns the
 * version of TypeScript it is of.
 */
export async function writeTypescriptCorpus(writer: FolderWriter): Promise<string> {
  // Loaded only here: no other source needs the compiler.
  const [{ typescriptCorpus }, { default: compiler }] = await Promise.all([
    import('../text/corpora/typescript.ts'),
    import('typescript'),
  ]);
  for (const [split, sides] of Object.entries(await typescriptCorpus())) {
    for (const side of ['source', 'target'] as const) {
      const path = writer.accept(`${split}.${EMBEDDED_LANGUAGES[side]}`);
      if (path !== undefined) await writer.write(path, [Buffer.from(sides[side].map((line) => `${line}\n`).join(''))]);
    }
  }
  return compiler.version;
}
