import type { CleaningLimits } from '../cleaning.ts';
import type { RawCorpus } from '../corpora/raw-corpus.ts';
import type { CorpusFormat, HeldOutText, RawText, Selection } from '../formats/format.ts';
import { asLanguage } from '../language.ts';
import { roles } from '../parallel-text.ts';
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
  /** Training pairs before and after cleaning, with those that are then taken out for validation or test. */
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

/** A text as it goes into BPE, and its tokenised lines. */
interface PreparedText {
  text: NumberedText;
  lines: ParallelText;
}

/** Pairs below which starting threads takes longer than they save. */
const pairsWorthThreads = 40_000;

/**
 * Reads, tokenises, cleans and lowercases the texts of a raw corpus, and splits them as its format says. The text is
 * read in blocks of half a megabyte and kept as numbers of words, four bytes for each.
 */
export async function prepareCorpus(
  folder: string,
  raw: RawCorpus,
  format: CorpusFormat,
  options: PreparationOptions,
  watcher: PreparationWatcher,
  threads: number,
): Promise<PreparedCorpus> {
  const preparation = {
    languages: { source: asLanguage(raw.source), target: asLanguage(raw.target) },
    lowercase: options.lowercase,
  };
  // All texts are found before the first is prepared: progress needs their total, and a missing file is told at once.
  const train = await format.train(folder, raw);
  const valid = await openText(format.valid, folder, raw);
  const test = await openText(format.test, folder, raw);
  const preparer = new TextPreparer([train, valid, test], watcher, threads);
  const { vocabulary } = preparer;

  const { text: cleaned } = await preparer.prepare(train, { ...preparation, limits: options });
  const heldOut = async (text: RawText | Selection): Promise<PreparedText> => {
    if ('blocks' in text) return preparer.prepare(text, preparation);
    const selected = selectPairs(cleaned, text.takes);
    return {
      text: selected,
      lines: { source: linesOf(selected, 'source', vocabulary), target: linesOf(selected, 'target', vocabulary) },
    };
  };
  const prepared = { valid: await heldOut(valid), test: await heldOut(test) };
  return {
    texts: { train: withoutSelected(cleaned, [valid, test]), valid: prepared.valid.text, test: prepared.test.text },
    lines: { valid: prepared.valid.lines, test: prepared.test.lines },
    vocabulary,
    rawPairs: train.pairs,
    cleanedPairs: countPairs(cleaned),
  };
}

async function openText(text: HeldOutText, folder: string, raw: RawCorpus): Promise<RawText | Selection> {
  return 'open' in text ? text.open(folder, raw) : text;
}

/** The cleaned training pairs that no held-out split takes. */
function withoutSelected(cleaned: NumberedText, heldOut: readonly (RawText | Selection)[]): NumberedText {
  const selections = heldOut.filter((text) => 'takes' in text);
  if (selections.length === 0) return cleaned;
  return selectPairs(cleaned, (pair) => !selections.some(({ takes }) => takes(pair)));
}

/** Prepares one text after another, with one vocabulary, and reports how far it is with all of them. */
class TextPreparer {
  readonly vocabulary = new Vocabulary();
  private done = 0;
  private readonly total: number;
  private readonly watcher: PreparationWatcher;
  private readonly threads: number;

  constructor(texts: readonly (RawText | Selection)[], watcher: PreparationWatcher, threads: number) {
    this.total = roles.length * texts.reduce((sum, text) => ('pairs' in text ? sum + text.pairs : sum), 0);
    this.watcher = watcher;
    this.threads = threads;
  }

  async prepare({ pairs, blocks }: RawText, preparation: Preparation): Promise<PreparedText> {
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
