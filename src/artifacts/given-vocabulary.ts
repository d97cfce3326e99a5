import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PreprocessParams } from '../../schemas/types.ts';
import { StageError } from '../runner/stage.ts';
import { parseCodes } from '../text/bpe/codes.ts';
import { readRawCorpus } from '../text/corpora/raw-corpus.ts';
import { Dictionary } from '../text/dictionary.ts';
import { readDictionary, readManifest } from '../text/dataset.ts';
import type { GivenVocabulary } from '../text/recipe.ts';
import { readDocument } from './documents.ts';

/** What a corpus is prepared with instead of learning it. */
interface Given {
  vocabulary: GivenVocabulary;
  /** Casing that goes with it; absent: as the stage's parameter says. */
  lowercase?: boolean;
}

/**
 * The codes and dictionaries of another corpus, of a model or of files; undefined where they are learned.
 * @throws StageError for more than one of these, and for one of other languages; CorpusError for files that cannot be read
 */
export function givenVocabulary(params: PreprocessParams, inputs: Readonly<Record<string, string>>): Given | undefined {
  const { codes, sourceDictionary, targetDictionary } = params;
  const sources = [inputs.like && 'the input "like"', inputs.model && 'the input "model"', codes && '"codes"'].filter(
    Boolean,
  );
  if (sources.length > 1)
    throw new StageError(`${sources.join(' and ')} both say how the corpus is prepared: leave out one of them.`);
  const folder = inputs.like ?? inputs.model;
  if (folder !== undefined) {
    const { languages, lowercase } = inputs.like ? readManifest(folder) : readDocument(folder, 'model');
    checkLanguages(inputs.raw, languages, sources[0] as string);
    const merges = parseCodes(readFileSync(path.join(folder, 'codes.txt'), 'utf8'));
    const dictionaries = { source: readDictionary(folder, 'source'), target: readDictionary(folder, 'target') };
    return { vocabulary: { merges, dictionaries }, lowercase };
  }
  if (codes === undefined) return undefined;
  const merges = parseCodes(readFileSync(codes, 'utf8'), codes);
  if (sourceDictionary === undefined || targetDictionary === undefined) return { vocabulary: { merges } };
  const read = (file: string) => Dictionary.parse(readFileSync(file, 'utf8'), file);
  return { vocabulary: { merges, dictionaries: { source: read(sourceDictionary), target: read(targetDictionary) } } };
}

function checkLanguages(raw: string, languages: { source: string; target: string }, what: string): void {
  const own = readRawCorpus(raw);
  if (own.source === languages.source && own.target === languages.target) return;
  throw new StageError(
    `The raw corpus is ${own.source}–${own.target}, and ${what} ${languages.source}–${languages.target}: `
      + 'fetch it in that direction ("source" and "target").',
  );
}
