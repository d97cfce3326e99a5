import { readManifest } from '../dataset.ts';
import { CorpusError } from '../errors.ts';
import { asLanguage } from '../language.ts';
import { lowercase } from '../lowercase.ts';
import type { RawText } from '../formats/format.ts';
import { corpusFormatOf } from '../formats/table.ts';
import { tokenize } from '../tokenizer.ts';
import { readRawCorpus } from './raw-corpus.ts';

/**
 * The target side of a held-out split as it was before tokenisation, one sentence an entry; undefined where the format
 * takes the split from the cleaned training text.
 *
 * @param folder of the raw corpus
 * @param corpusFolder of the corpus that was made from it
 * @param references the split's target side in that corpus
 * @throws CorpusError when tokenising the raw text does not give the references: the corpus was made from another one
 */
export async function readRawReferences(
  folder: string,
  corpusFolder: string,
  split: string,
  references: readonly string[],
): Promise<string[] | undefined> {
  const { recipe, languages, lowercase: lowercased } = readManifest(corpusFolder);
  const raw = readRawCorpus(folder);
  if (raw.source !== languages.source || raw.target !== languages.target) {
    const pair = ({ source, target }: Record<'source' | 'target', string>): string => `${source}–${target}`;
    throw new CorpusError(
      `The raw corpus of the input "raw" is ${pair(raw)}, and the corpus ${pair(languages)}. `
        + 'Connect the raw corpus that the corpus was made from.',
    );
  }
  const { valid, tests } = corpusFormatOf(recipe).layout(raw);
  const text = split === 'valid' ? valid : tests[split];
  if (!text)
    throw new CorpusError(
      `The raw corpus has no text for ${split}. Connect the raw corpus that the preprocess stage read.`,
    );
  if (!('open' in text)) return undefined;
  const target = await targetLines(await text.open(folder, raw));
  const language = asLanguage(raw.target);
  const tokens = (line: string): string =>
    lowercased ? lowercase(tokenize(line, language)) : tokenize(line, language);
  const same = target.length === references.length;
  const differing = same
    ? target.findIndex((line, i) => tokens(line) !== references[i])
    : Math.min(target.length, references.length);
  if (differing >= 0) {
    throw new CorpusError(
      `The raw corpus of the input "raw" is not what the corpus was made from: sentence ${differing + 1} of ${split} is `
        + 'another one. Connect the raw corpus that the preprocess stage read.',
    );
  }
  return target;
}

async function targetLines({ blocks }: RawText): Promise<string[]> {
  const lines: string[] = [];
  for await (const { target } of blocks) {
    for (const line of target.split('\n')) lines.push(line);
  }
  return lines;
}
