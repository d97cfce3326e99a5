import { nothingDropped } from '../cleaning.ts';
import type { CleaningLimits, DropReason, Dropped } from '../cleaning.ts';
import type { RawCorpus } from '../corpora/raw-corpus.ts';
import { CorpusError } from '../errors.ts';
import type { CorpusLayout, Cut, HeldOutText, RawText, Selection } from '../formats/format.ts';
import { asLanguage } from '../language.ts';
import { roles } from '../parallel-text.ts';
import type { ParallelText, Role } from '../parallel-text.ts';
import { prepareBlocks } from './crew.ts';
import { cutPairs } from './cut.ts';
import type { Preparation } from './block.ts';
import { countPairs, linesOf, selectPairs, Vocabulary } from './numbered-text.ts';
import type { NumberedText } from './numbered-text.ts';

/** A corpus ready for BPE. */
export interface PreparedCorpus {
  /** `train`, `valid` and test sets by name, as far as the corpus has them. */
  texts: Record<string, NumberedText>;
  vocabulary: Vocabulary;
  /** Tokenised lines of what BLEU is computed on: of all but `train`. */
  lines: Record<string, ParallelText>;
  /** Training pairs before and after cleaning, with those that are then taken out for validation or test. */
  rawPairs: number;
  cleanedPairs: number;
  dropped: Dropped;
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
  dropped: Dropped;
}

/** Pairs below which starting threads takes longer than they save. */
const pairsWorthThreads = 40_000;

/** A text before it is prepared: to be read, or to be taken out of the training text. */
type OpenedText = RawText | Selection | { cut: Cut };

/**
 * Reads, tokenises, cleans and lowercases the texts of a raw corpus, and splits them as its layout says. The text is
 * read in blocks of half a megabyte and kept as numbers of words, four bytes for each.
 */
export async function prepareCorpus(
  folder: string,
  raw: RawCorpus,
  layout: CorpusLayout,
  options: PreparationOptions,
  watcher: PreparationWatcher,
  threads: number,
): Promise<PreparedCorpus> {
  const preparation = {
    languages: { source: asLanguage(raw.source), target: asLanguage(raw.target) },
    lowercase: options.lowercase,
  };
  // All texts are found before the first is prepared: progress needs their total, and a missing file is told at once.
  const train = await layout.train?.(folder, raw);
  const heldOut: [name: string, text: OpenedText][] = [];
  for (const [name, text] of Object.entries({ ...(layout.valid && { valid: layout.valid }), ...layout.tests }))
    heldOut.push([name, await openText(text, folder, raw)]);
  const opened = heldOut.map(([, text]) => text);
  const preparer = new TextPreparer(train ? [train, ...opened] : opened, watcher, threads);
  const { vocabulary } = preparer;

  const cleaned = train && (await preparer.prepare(train, { ...preparation, limits: options }));
  /** Pairs of the cleaned training text that a split has taken. */
  const taken = new Set<number>();
  const texts: Record<string, NumberedText> = {};
  const lines: Record<string, ParallelText> = {};
  for (const [name, text] of heldOut) {
    if ('blocks' in text) {
      const prepared = await preparer.prepare(text, preparation);
      [texts[name], lines[name]] = [prepared.text, prepared.lines];
      continue;
    }
    if (!cleaned) throw new CorpusError(`${name} is to be taken out of the training text, and the corpus has none.`);
    const takes = 'takes' in text ? text.takes : cutPairs(cleaned.text, vocabulary, text.cut, taken);
    const selected = selectPairs(cleaned.text, takes);
    if (countPairs(selected) === 0)
      throw new CorpusError(
        `${name} takes none of the ${countPairs(cleaned.text)} clean training pairs: take fewer, or more often.`,
      );
    for (let pair = 0; pair < countPairs(cleaned.text); pair++) if (takes(pair)) taken.add(pair);
    texts[name] = selected;
    lines[name] = { source: linesOf(selected, 'source', vocabulary), target: linesOf(selected, 'target', vocabulary) };
  }
  return {
    texts: {
      ...(cleaned && {
        train: taken.size === 0 ? cleaned.text : selectPairs(cleaned.text, (pair) => !taken.has(pair)),
      }),
      ...texts,
    },
    lines,
    vocabulary,
    rawPairs: train?.pairs ?? 0,
    cleanedPairs: cleaned ? countPairs(cleaned.text) : 0,
    dropped: cleaned?.dropped ?? nothingDropped,
  };
}

async function openText(text: HeldOutText, folder: string, raw: RawCorpus): Promise<OpenedText> {
  return 'open' in text ? text.open(folder, raw) : text;
}

/** Prepares one text after another, with one vocabulary, and reports how far it is with all of them. */
class TextPreparer {
  readonly vocabulary = new Vocabulary();
  private done = 0;
  private readonly total: number;
  private readonly watcher: PreparationWatcher;
  private readonly threads: number;

  constructor(texts: readonly OpenedText[], watcher: PreparationWatcher, threads: number) {
    this.total = roles.length * texts.reduce((sum, text) => ('pairs' in text ? sum + text.pairs : sum), 0);
    this.watcher = watcher;
    this.threads = threads;
  }

  async prepare({ pairs, blocks }: RawText, preparation: Preparation): Promise<PreparedText> {
    const dropped = { ...nothingDropped };
    const text: NumberedText = [];
    const lines: ParallelText = { source: [], target: [] };
    const translate = this.vocabulary.translator();
    for await (const prepared of prepareBlocks(blocks, preparation, pairs < pairsWorthThreads ? 1 : this.threads)) {
      text.push(translate(prepared));
      const { rawPairs, text: block, dropped: some = nothingDropped } = prepared.block;
      for (const reason of Object.keys(dropped) as DropReason[]) dropped[reason] += some[reason];
      if (block !== undefined) roles.forEach((role: Role) => block[role].forEach((line) => lines[role].push(line)));
      this.done += roles.length * rawPairs;
      this.watcher.progress(this.done, this.total);
    }
    return { text, lines, dropped };
  }
}
