import { BpeEncoder, separator } from './bpe/apply.ts';
import { learnBpeFromCounts } from './bpe/learn.ts';
import type { Merge } from './bpe/merge.ts';
import type { RawCorpus } from './corpora/raw-corpus.ts';
import { readRawCorpus, someFiles } from './corpora/raw-corpus.ts';
import { explainDropped } from './cleaning.ts';
import { countSplit } from './dataset.ts';
import type { BinarisedCorpus, CorpusManifest, EncodedPairs, EncodedText } from './dataset.ts';
import { special } from './dictionary.ts';
import type { Dictionary } from './dictionary.ts';
import { CorpusError } from './errors.ts';
import type { CorpusLayout } from './formats/format.ts';
import { differingFigures, differingSettings, isGenuine } from './formats/published.ts';
import type { PublishedRecipe } from './formats/published.ts';
import { corpusFormatOf } from './formats/table.ts';
import type { CorpusFormatName } from './formats/table.ts';
import { asLanguage, languageWarnings } from './language.ts';
import { roles } from './parallel-text.ts';
import type { Role } from './parallel-text.ts';
import { countPairs, countWords } from './preparation/numbered-text.ts';
import type { NumberedText } from './preparation/numbered-text.ts';
import { PieceTable } from './preparation/pieces.ts';
import { prepareCorpus } from './preparation/prepare-corpus.ts';
import type { RecipeSettings } from './settings.ts';

export interface RecipeOptions extends RecipeSettings {
  /** How the raw corpus is read and split; `auto` goes by its own format. */
  recipe: 'auto' | CorpusFormatName;
}

/** What the recipe tells while it works. */
export interface RecipeWatcher {
  /** Sentences tokenised, of all that there are. */
  progress(done: number, total: number): void;
  step(message: string): void;
  warning(message: string): void;
}

/** By what text becomes ids, where it is not learned. */
export interface GivenVocabulary {
  merges: readonly Merge[];
  /** Absent: made of the training text. */
  dictionaries?: Record<Role, Dictionary>;
}

/**
 * The recipe of fairseq's prepare-iwslt14.sh and fairseq-preprocess, from raw text to ids: tokenise, clean the training
 * pairs, lowercase, learn BPE on both languages of the training text, apply it, number the pieces of each language.
 *
 * @param folder of a raw corpus
 * @param threads to prepare text on; the result is the same for any number
 * @param given codes to use instead of learning some; with dictionaries too, training text need not be there
 */
export async function binarise(
  folder: string,
  options: RecipeOptions,
  watcher: RecipeWatcher,
  threads = 1,
  given?: GivenVocabulary,
): Promise<BinarisedCorpus> {
  const raw = readRawCorpus(folder);
  const recipe = options.recipe === 'auto' ? raw.format : options.recipe;
  const format = corpusFormatOf(recipe);
  for (const language of [raw.source, raw.target]) {
    for (const warning of languageWarnings(asLanguage(language))) watcher.warning(warning);
  }
  const layout = format.layout(raw);
  if (given?.dictionaries === undefined) checkWhole(layout, raw);
  const prepared = await prepareCorpus(folder, raw, layout, options, watcher, threads);
  const { texts, vocabulary, rawPairs, cleanedPairs, dropped } = prepared;
  if (layout.train) {
    if (countPairs(texts.train) === 0) {
      throw new CorpusError(
        `None of the ${rawPairs} training pairs is left after cleaning: sides of ${options.minLength} to `
          + `${options.maxLength} `
          + `tokens, ratio at most ${options.ratio}. Check that the files are translations of each other, or widen `
          + 'the limits.',
      );
    }
    watcher.step(`${rawPairs} training pairs, ${cleanedPairs} of them clean`);
    const warning = explainDropped(dropped, rawPairs, options);
    if (warning !== undefined) watcher.warning(warning);
  }

  const counts = perRole((role) => countWords(texts.train ?? [], role, vocabulary));
  const merges = given?.merges ?? learnMerges(vocabulary.words, counts, options.merges, watcher);
  const pieces = new PieceTable(vocabulary.words, new BpeEncoder(merges));
  const dictionaries = given?.dictionaries ?? perRole((role) => pieces.dictionary(counts[role]));
  watcher.step(
    `${merges.length} merge operations${given ? ', as given' : ''}; dictionaries of ${dictionaries.source.size} and `
      + `${dictionaries.target.size} symbols${given?.dictionaries ? ', as given' : ''}`,
  );

  const encode = (text: NumberedText): EncodedPairs => perRole((role) => pieces.encode(text, role, dictionaries[role]));
  const encoded = Object.fromEntries(Object.entries(texts).map(([split, text]) => [split, encode(text)]));
  const manifest: CorpusManifest = {
    languages: { source: raw.source, target: raw.target },
    recipe,
    merges: merges.length,
    lowercase: options.lowercase,
    dictionary: perRole((role) => dictionaries[role].size),
    rawPairs,
    cleanedPairs,
    splits: Object.fromEntries(Object.entries(encoded).map(([split, pairs]) => [split, countSplit(pairs)])),
  };
  if (format.published !== undefined && given === undefined) {
    const referenceWords = perRole((role) => countReferenceWords(encoded.test[role], dictionaries[role]));
    compareWithPublished(format.published, raw, manifest, referenceWords, options, watcher);
  }
  return { manifest, splits: encoded, dictionaries, merges, text: prepared.lines };
}

/** Refuses a corpus without all splits, which only one that is prepared like another may lack. */
function checkWhole({ train, valid, tests }: CorpusLayout, raw: RawCorpus): void {
  const lacking = [train ? '' : 'train', valid ? '' : 'valid', Object.keys(tests).length > 0 ? '' : 'test'].filter(
    Boolean,
  );
  if (lacking.length === 0) return;
  const example = `${lacking[0]}.${raw.source}`;
  throw new CorpusError(
    `The raw corpus (format ${raw.format}) has no text for ${lacking.join(' and ')}, as it lacks the file ${example} or a name for `
      + `it in "splits". Files: ${someFiles(raw)}.`,
  );
}

function learnMerges(
  words: readonly string[],
  counts: Record<Role, Float64Array>,
  wanted: number,
  watcher: RecipeWatcher,
): Merge[] {
  const total = (word: number): number => counts.source[word] + counts.target[word];
  const inTraining = words.map((word, i) => [word, total(i)] as const).filter(([, count]) => count > 0);
  const merges = learnBpeFromCounts(inTraining, wanted);
  if (merges.length < wanted) {
    watcher.warning(`No further pair of symbols occurs twice: learned ${merges.length} of ${wanted} merge operations.`);
  }
  return merges;
}

/**
 * Words as fairseq-generate counts those of a reference: after it joined the pieces of what the ids say, so
 * that an unknown piece ends a word.
 */
function countReferenceWords({ ids }: EncodedText, { symbols }: Dictionary): number {
  const endsWord = symbols.map((symbol, id) => id !== special.end && !symbol.endsWith(separator));
  return ids.reduce((sum, id) => (endsWord[id] ? sum + 1 : sum), 0);
}

/**
 * Throws a `CorpusError` if the text is the genuine one and the figures are not; warns if
 * they cannot be expected to be.
 */
function compareWithPublished(
  published: PublishedRecipe,
  raw: RawCorpus,
  manifest: CorpusManifest,
  referenceWords: Record<Role, number>,
  options: RecipeOptions,
  watcher: RecipeWatcher,
): void {
  const settings = differingSettings(options, published);
  if (settings.length > 0) {
    watcher.warning(
      `These are not the settings of the published ${published.name} recipe, so BLEU is not comparable: `
        + `${settings.join(', ')}.`,
    );
    return;
  }
  const differences = differingFigures(manifest, referenceWords, published);
  if (differences.length === 0) {
    watcher.step(`All figures are those published for the ${published.name} recipe.`);
  } else if (isGenuine(raw, manifest, published)) {
    throw new CorpusError(
      `This build of the recipe is wrong. By its size and its pairs, the raw corpus is ${published.archive.name}, but: `
        + `${differences.join(', ')}. Please report this. To go on nevertheless, give the unpacked folder as the `
        + "corpus's path: "
        + 'then these figures are only a warning.',
    );
  } else {
    watcher.warning(
      `These are not the figures of the published ${published.name} recipe, so BLEU is not comparable: `
        + `${differences.join(', ')}.`,
    );
  }
}

function perRole<Value>(value: (role: Role) => Value): Record<Role, Value> {
  const [source, target] = roles.map(value);
  return { source, target };
}
