import { CorpusError } from '../errors.ts';
import { ngramTotals, order } from './counts.ts';
import type { BleuCounts } from './counts.ts';

/** `sentences.json`: the counts of every sentence under each way of scoring, for tests that compare systems. */
export interface SentenceCounts {
  /** Tokenised text, for the headline. */
  tokenized: ScoredReferences;
  /** Text as sacreBLEU sees it. */
  sacrebleu: ScoredReferences;
}

export interface ScoredReferences {
  /** SHA-256 of the references, a line each: counts compare only where it is the same. */
  references: string;
  counts: readonly BleuCounts[];
}

const columns = ['hypothesis length', 'reference length', ...Array.from({ length: order }, (_, i) => `matching ${i + 1}-grams`)];

/** One sentence a line. How many n-grams a hypothesis has follows from its length. */
export function formatSentences({ tokenized, sacrebleu }: SentenceCounts): string {
  const part = ({ references, counts }: ScoredReferences): string => {
    const rows = counts.map(({ hypothesisLength, referenceLength, matches }) => `[${[hypothesisLength, referenceLength, ...matches].join()}]`);
    return `{ "references": "${references}", "counts": [\n${rows.join(',\n')}\n] }`;
  };
  return `{ "columns": ${JSON.stringify(columns)},\n"tokenized": ${part(tokenized)},\n"sacrebleu": ${part(sacrebleu)} }\n`;
}

/** @throws CorpusError when the text is not what `formatSentences` writes; the message begins with `file` */
export function parseSentences(text: string, file: string): SentenceCounts {
  const fail = (what: string): never => {
    throw new CorpusError(`${file} is damaged: ${what}. Run the bleu stage again.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    fail(`it is not JSON (${(error as Error).message})`);
  }
  const part = (name: keyof SentenceCounts): ScoredReferences => {
    const { references, counts } = (value as Partial<Record<string, { references?: unknown; counts?: unknown }>> | null)?.[name] ?? {};
    if (typeof references !== 'string' || !Array.isArray(counts) || counts.length === 0) return fail(`it has no sentences under "${name}"`);
    const countsAt = (row: unknown, i: number): BleuCounts => (
      isRow(row) ? countsOf(row) : fail(`sentence ${i + 1} of "${name}" is not ${columns.length} counts`));
    return { references, counts: counts.map(countsAt) };
  };
  return { tokenized: part('tokenized'), sacrebleu: part('sacrebleu') };
}

function isRow(row: unknown): row is number[] {
  return Array.isArray(row) && row.length === columns.length && row.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function countsOf([hypothesisLength, referenceLength, ...matches]: number[]): BleuCounts {
  return { matches, totals: ngramTotals(hypothesisLength), hypothesisLength, referenceLength };
}
