import { BpeEncoder } from './bpe/apply.ts';
import { learnBpe } from './bpe/learn.ts';
import { cleanCorpus } from './cleaning.ts';
import type { CleaningLimits } from './cleaning.ts';
import { iwslt14Counts, readIwslt14Test, readIwslt14Train, splitIwslt14 } from './corpora/iwslt14.ts';
import { readParallel } from './corpora/parallel.ts';
import { readRawCorpus } from './corpora/raw-corpus.ts';
import type { RawCorpus, RawFormat } from './corpora/raw-corpus.ts';
import { countSplit, encodeText } from './dataset.ts';
import type { BinarisedCorpus, EncodedPairs } from './dataset.ts';
import { Dictionary } from './dictionary.ts';
import { CorpusError } from './errors.ts';
import { asLanguage } from './language.ts';
import type { Language } from './language.ts';
import { lowercase } from './lowercase.ts';
import { roles, splits } from './parallel-text.ts';
import type { ParallelCorpus, ParallelText, Role } from './parallel-text.ts';
import { tokenize } from './tokenizer.ts';

export interface RecipeOptions extends CleaningLimits {
  /** `auto` takes the recipe of the raw corpus's own format. */
  recipe: 'auto' | RawFormat;
  /** BPE merge operations to learn on the training text of both languages. */
  merges: number;
  lowercase: boolean;
}

/** What the recipe tells while it works. */
export interface RecipeWatcher {
  /** Sentences tokenised, of all that there are. */
  progress(done: number, total: number): void;
  step(message: string): void;
  warning(message: string): void;
}

/** Text ready for BPE, and how many training pairs there were on the way. */
interface PreparedCorpus extends ParallelCorpus {
  rawPairs: number;
  cleanedPairs: number;
}

/**
 * The recipe of fairseq's prepare-iwslt14.sh and fairseq-preprocess, from raw text to ids: tokenise, clean the training pairs,
 * lowercase, learn BPE on both languages of the training text, apply it, number the pieces of each language.
 *
 * @param folder of a raw corpus
 */
export function binarise(folder: string, options: RecipeOptions, watcher: RecipeWatcher): BinarisedCorpus {
  const raw = readRawCorpus(folder);
  const recipe = options.recipe === 'auto' ? raw.format : options.recipe;
  const text = prepare(folder, raw, recipe, options, watcher);
  watcher.step(`${text.rawPairs} training pairs, ${text.cleanedPairs} of them clean`);

  const merges = learnBpe([text.train.source, text.train.target], options.merges);
  if (merges.length < options.merges) {
    watcher.warning(`No further pair of symbols occurs twice: learned ${merges.length} of ${options.merges} merge operations.`);
  }
  const encoder = new BpeEncoder(merges);
  const pieces = (lines: readonly string[]): string[] => lines.map((line) => encoder.encodeLine(line));
  const train: ParallelText = { source: pieces(text.train.source), target: pieces(text.train.target) };
  const dictionaries = { source: Dictionary.build(train.source), target: Dictionary.build(train.target) };
  watcher.step(`${merges.length} merge operations; dictionaries of ${dictionaries.source.size} and ${dictionaries.target.size} symbols`);

  const encode = (split: ParallelText): EncodedPairs => ({
    source: encodeText(split.source, dictionaries.source),
    target: encodeText(split.target, dictionaries.target),
  });
  const encoded = {
    train: encode(train),
    valid: encode({ source: pieces(text.valid.source), target: pieces(text.valid.target) }),
    test: encode({ source: pieces(text.test.source), target: pieces(text.test.target) }),
  };
  return {
    manifest: {
      languages: { source: raw.source, target: raw.target },
      recipe,
      merges: merges.length,
      lowercase: options.lowercase,
      dictionary: { source: dictionaries.source.size, target: dictionaries.target.size },
      rawPairs: text.rawPairs,
      cleanedPairs: text.cleanedPairs,
      splits: { train: countSplit(encoded.train), valid: countSplit(encoded.valid), test: countSplit(encoded.test) },
    },
    splits: encoded,
    dictionaries,
    merges,
    text: { valid: text.valid, test: text.test },
  };
}

/** Reads, tokenises, cleans and lowercases; splits as the recipe says. */
function prepare(
  folder: string, raw: RawCorpus, recipe: RawFormat, options: RecipeOptions, watcher: RecipeWatcher,
): PreparedCorpus {
  const languages = { source: asLanguage(raw.source), target: asLanguage(raw.target) };
  const prepared = (recipe === 'iwslt14' ? prepareIwslt14 : prepareParallel)(folder, raw, languages, options, watcher);
  if (prepared.train.source.length === 0) {
    throw new CorpusError(`None of the ${prepared.rawPairs} training pairs is left after cleaning: sides of ${options.minLength} to ${options.maxLength} `
      + `tokens, ratio at most ${options.ratio}. Check that the files are translations of each other, or widen the limits.`);
  }
  return prepared;
}

function prepareParallel(
  folder: string, raw: RawCorpus, languages: Record<Role, Language>, options: RecipeOptions, watcher: RecipeWatcher,
): PreparedCorpus {
  const corpus = readParallel(folder, raw);
  const tokenizeText = textTokenizer(splits.map((split) => corpus[split]), languages, watcher);
  const cleaned = cleanCorpus(tokenizeText(corpus.train), options);
  const fold = caseFolder(options);
  return {
    train: fold(cleaned),
    valid: fold(tokenizeText(corpus.valid)),
    test: fold(tokenizeText(corpus.test)),
    rawPairs: corpus.train.source.length,
    cleanedPairs: cleaned.source.length,
  };
}

function prepareIwslt14(
  folder: string, raw: RawCorpus, languages: Record<Role, Language>, options: RecipeOptions, watcher: RecipeWatcher,
): PreparedCorpus {
  const talks = readIwslt14Train(folder, raw);
  const testSets = readIwslt14Test(folder, raw);
  const tokenizeText = textTokenizer([talks, testSets], languages, watcher);
  const cleaned = cleanCorpus(tokenizeText(talks), options);
  const fold = caseFolder(options);
  const { train, valid } = splitIwslt14(fold(cleaned));
  const test = fold(tokenizeText(testSets));
  const counts = {
    raw: talks.source.length,
    cleaned: cleaned.source.length,
    train: train.source.length,
    valid: valid.source.length,
    test: test.source.length,
  };
  warnOfOtherCounts(counts, watcher);
  return { train, valid, test, rawPairs: counts.raw, cleanedPairs: counts.cleaned };
}

function warnOfOtherCounts(counts: Record<keyof typeof iwslt14Counts, number>, watcher: RecipeWatcher): void {
  const names = Object.keys(iwslt14Counts) as (keyof typeof iwslt14Counts)[];
  const differences = names
    .filter((name) => counts[name] !== iwslt14Counts[name])
    .map((name) => `${name} ${counts[name]} (published ${iwslt14Counts[name]})`);
  if (differences.length > 0) {
    watcher.warning(`These are not the pairs of the published IWSLT'14 De–En recipe, so BLEU is not comparable: ${differences.join(', ')}.`);
  }
}

/** Tokenises one text after another, and reports how far it is with all of them. */
function textTokenizer(
  texts: readonly ParallelText[], languages: Record<Role, Language>, watcher: RecipeWatcher,
): (text: ParallelText) => ParallelText {
  const reportEvery = 5000;
  const total = texts.reduce((sum, text) => sum + text.source.length + text.target.length, 0);
  let done = 0;
  const tokenizeLine = (line: string, language: Language): string => {
    if (++done % reportEvery === 0 || done === total) watcher.progress(done, total);
    return tokenize(line, language);
  };
  return (text) => {
    const [source, target] = roles.map((role) => text[role].map((line) => tokenizeLine(line, languages[role])));
    return { source, target };
  };
}

function caseFolder(options: RecipeOptions): (text: ParallelText) => ParallelText {
  if (!options.lowercase) return (text) => text;
  return (text) => ({ source: text.source.map(lowercase), target: text.target.map(lowercase) });
}
