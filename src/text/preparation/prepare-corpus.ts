import type { CleaningLimits } from '../cleaning.ts';
import { isHeldOut, readIwslt14Test, readIwslt14Train } from '../corpora/iwslt14.ts';
import { blocksOfFiles, blocksOfText } from '../corpora/line-blocks.ts';
import type { TextBlock } from '../corpora/line-blocks.ts';
import { locateParallel } from '../corpora/parallel.ts';
import type { RawCorpus, RawFormat } from '../corpora/raw-corpus.ts';
import { asLanguage } from '../language.ts';
import { roles, splits } from '../parallel-text.ts';
import type { ParallelText, Role, Split } from '../parallel-text.ts';
import { prepareBlocks } from './crew.ts';
import type { Preparation } from './block.ts';
import { countPairs, linesOf, selectPairs, Vocabulary } from './numbered-text.ts';
import type { NumberedText } from './numbered-text.ts';

/** A corpus ready for BPE. */
export interface PreparedCorpus {
  texts: Record<Split, NumberedText>;
  vocabulary: Vocabulary;
  /** Tokenised lines of what BLEU is computed on. */
  lines: Record<'valid' | 'test', ParallelText>;
  /** Training pairs before and after cleaning; those after it are what validation is taken from, if it is. */
  rawPairs: number;
  cleanedPairs: number;
}

export interface PreparationOptions extends CleaningLimits {
  lowercase: boolean;
}

/** What tells how many lines of both sides are prepared, of all that there are. */
export interface PreparationWatcher {
  progress(done: number, total: number): void;
}

/** A text that has not been read yet. */
interface PendingText {
  pairs: number;
  blocks: AsyncIterable<TextBlock> | Iterable<TextBlock>;
}

/** Pairs below which starting threads takes longer than they save. */
const pairsWorthThreads = 40_000;

/**
 * Reads, tokenises, cleans and lowercases the texts of a raw corpus, and splits them as its format says. The text is read in blocks
 * of half a megabyte and kept as numbers of words, four bytes for each.
 */
export async function prepareCorpus(
  folder: string, raw: RawCorpus, format: RawFormat, options: PreparationOptions, watcher: PreparationWatcher, threads: number,
): Promise<PreparedCorpus> {
  const preparation = { languages: { source: asLanguage(raw.source), target: asLanguage(raw.target) }, lowercase: options.lowercase };
  const pending = format === 'iwslt14' ? iwslt14Texts(folder, raw) : await parallelTexts(folder, raw);
  const preparer = new TextPreparer(pending, watcher, threads);

  const train = await preparer.prepare(pending.train, { ...preparation, limits: options });
  const counts = { rawPairs: pending.train.pairs, cleanedPairs: countPairs(train.text) };
  const test = await preparer.prepare(pending.test, preparation);
  const { vocabulary } = preparer;
  if (pending.valid !== undefined) {
    const valid = await preparer.prepare(pending.valid, preparation);
    return {
      texts: { train: train.text, valid: valid.text, test: test.text }, lines: { valid: valid.lines, test: test.lines }, vocabulary, ...counts,
    };
  }
  const valid = selectPairs(train.text, isHeldOut);
  const lines = { source: linesOf(valid, 'source', vocabulary), target: linesOf(valid, 'target', vocabulary) };
  return {
    texts: { train: selectPairs(train.text, (pair) => !isHeldOut(pair)), valid, test: test.text },
    lines: { valid: lines, test: test.lines }, vocabulary, ...counts,
  };
}

async function parallelTexts(folder: string, raw: RawCorpus): Promise<Record<Split, PendingText>> {
  const texts: [Split, PendingText][] = [];
  for (const split of splits) {
    const { files, pairs } = await locateParallel(folder, raw, split);
    texts.push([split, { pairs, blocks: blocksOfFiles(files.source, files.target) }]);
  }
  return Object.fromEntries(texts) as Record<Split, PendingText>;
}

/** The archive's texts are small, and lines of its files are not lines of text: they are read whole. */
function iwslt14Texts(folder: string, raw: RawCorpus): { train: PendingText; valid?: undefined; test: PendingText } {
  const [train, test] = [readIwslt14Train(folder, raw), readIwslt14Test(folder, raw)]
    .map((text) => ({ pairs: text.source.length, blocks: blocksOfText(text) }));
  return { train, test };
}

/** Prepares one text after another, with one vocabulary, and reports how far it is with all of them. */
class TextPreparer {
  readonly vocabulary = new Vocabulary();
  private done = 0;
  private readonly total: number;
  private readonly watcher: PreparationWatcher;
  private readonly threads: number;

  constructor(texts: Partial<Record<Split, PendingText>>, watcher: PreparationWatcher, threads: number) {
    this.total = roles.length * Object.values(texts).reduce((sum, text) => sum + (text?.pairs ?? 0), 0);
    this.watcher = watcher;
    this.threads = threads;
  }

  async prepare({ pairs, blocks }: PendingText, preparation: Preparation): Promise<{ text: NumberedText; lines: ParallelText }> {
    const text: NumberedText = [];
    const lines: ParallelText = { source: [], target: [] };
    const translate = this.vocabulary.translator();
    for await (const prepared of prepareBlocks(blocks, preparation, pairs < pairsWorthThreads ? 1 : this.threads)) {
      text.push(translate(prepared));
      const { rawPairs, text: block } = prepared.block;
      if (block !== undefined) roles.forEach((role: Role) => block[role].forEach((line) => lines[role].push(line)));
      this.done += roles.length * rawPairs;
      this.watcher.progress(this.done, this.total);
    }
    return { text, lines };
  }
}
