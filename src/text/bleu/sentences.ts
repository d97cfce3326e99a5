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

const columns = [
  'hypothesis length',
  'reference length',
  ...Array.from({ length: order }, (_, i) => `matching ${i + 1}-grams`),
];

/** One sentence a line. How many n-grams a hypothesis has follows from its length. */
export function formatSentences({ tokenized, sacrebleu }: SentenceCounts): string {
  const part = ({ references, counts }: ScoredReferences): string => {
    const rows = counts.map(
      ({ hypothesisLength, referenceLength, matches }) => `[${[hypothesisLength, referenceLength, ...matches].join()}]`,
    );
    return `{ "references": "${references}", "counts": [\n${rows.join(',\n')}\n] }`;
  };
  return (
    `{ "columns": ${JSON.stringify(columns)},\n"tokenized": ${part(tokenized)},\n"sacrebleu": ${part(sacrebleu)} `
    + '}\n'
  );
}

/**
 * @throws CorpusError when the text is not what `formatSentences` writes, or when its counts are none that a hypothesis
 * and a reference can have; the message begins with `file`
 */
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
    const { references, counts } =
      (value as Partial<Record<string, { references?: unknown; counts?: unknown }>> | null)?.[name] ?? {};
    if (typeof references !== 'string' || !Array.isArray(counts) || counts.length === 0)
      return fail(`it has no sentences under "${name}"`);
    const countsAt = (row: unknown, i: number): BleuCounts => {
      const place = `sentence ${i + 1} of "${name}"`;
      if (!isRow(row)) return fail(`${place} is not ${columns.length} counts`);
      const sentence = countsOf(row);
      return arePossible(sentence)
        ? sentence
        : fail(`${place} has more matching n-grams than its hypothesis or its reference has n-grams`);
    };
    return { references, counts: counts.map(countsAt) };
  };
  const [tokenized, sacrebleu] = [part('tokenized'), part('sacrebleu')];
  if (tokenized.counts.length !== sacrebleu.counts.length) {
    fail(
      `it has ${tokenized.counts.length} sentences under "tokenized" and ${sacrebleu.counts.length} under "sacrebleu"`,
    );
  }
  return { tokenized, sacrebleu };
}

function isRow(row: unknown): row is number[] {
  return (
    Array.isArray(row)
    && row.length === columns.length
    && row.every((count) => Number.isSafeInteger(count) && count >= 0)
  );
}

function countsOf([hypothesisLength, referenceLength, ...matches]: number[]): BleuCounts {
  return { matches, totals: ngramTotals(hypothesisLength), hypothesisLength, referenceLength };
}

/** Each n-gram matches one of the reference. */
function arePossible({ matches, totals, referenceLength }: BleuCounts): boolean {
  const available = ngramTotals(referenceLength);
  return matches.every((count, n) => count <= Math.min(totals[n], available[n]));
}
