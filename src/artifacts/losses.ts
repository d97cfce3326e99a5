import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LossesDocument } from '../../schemas/types.ts';
import type { LossSums } from '../model/loss.ts';
import { totalOf } from '../model/loss.ts';
import { CorpusError } from '../text/errors.ts';
import { readDocument, writeDocument } from './documents.ts';

export type LossSplit = string;

/** Losses of every sentence of a split, in the order of the corpus. */
export interface SplitLosses {
  /** SHA-256 of the pairs as ids: losses compare only where it is the same. */
  pairs: string;
  sentences: LossSums[];
}

const columns = ['target tokens', 'smoothed loss', 'log-likelihood loss'];
const file = 'sentences.json';

/** Writes a `losses` artifact; totals are those of the sums as they are written, with six decimals. */
export function writeLosses(
  folder: string,
  labelSmoothing: number,
  measured: Readonly<Record<LossSplit, SplitLosses>>,
): void {
  const written = Object.entries(measured).map(([split, { pairs, sentences }]) => ({
    split,
    pairs,
    sentences: sentences.map(({ tokens, smoothed, likelihood }) => ({
      tokens,
      smoothed: Number(smoothed.toFixed(6)),
      likelihood: Number(likelihood.toFixed(6)),
    })),
  }));
  const parts = written.map(({ split, pairs, sentences }) => {
    const rows = sentences.map(({ tokens, smoothed, likelihood }) => `[${tokens},${smoothed},${likelihood}]`);
    return `"${split}": { "pairs": "${pairs}", "losses": [\n${rows.join(',\n')}\n] }`;
  });
  writeFileSync(path.join(folder, file), `{ "columns": ${JSON.stringify(columns)},\n${parts.join(',\n')} }\n`);
  const totals = written.map(({ split, sentences }) => {
    const { smoothed, likelihood, tokens } = totalOf(sentences);
    const means = { smoothed: smoothed / tokens, likelihood: likelihood / tokens };
    return [split, { sentences: sentences.length, tokens, ...means, perplexity: Math.exp(means.likelihood) }] as const;
  });
  const told = totals.map(
    ([split, { smoothed, perplexity, tokens }]) =>
      `${smoothed.toFixed(3)} on ${split} (perplexity ${perplexity.toFixed(2)}, ${tokens} tokens)`,
  );
  writeDocument(folder, 'losses', {
    summary: `loss ${told.join(', ')}`,
    labelSmoothing,
    splits: Object.fromEntries(totals),
  });
}

/**
 * Reads the sentences of one split; undefined when it was not measured.
 * @throws CorpusError when the file is not what `writeLosses` writes
 */
export function readLosses(folder: string, split: LossSplit): SplitLosses | undefined {
  const totals = readDocument(folder, 'losses').splits[split] as LossesDocument['splits'][string] | undefined;
  if (totals === undefined) return undefined;
  const fail = (what: string): never => {
    throw new CorpusError(`${path.join(folder, file)} is damaged: ${what}. Run the losses stage again.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  } catch (error) {
    fail(`it is not JSON (${(error as Error).message})`);
  }
  const { pairs, losses } = (value as Partial<Record<string, { pairs?: unknown; losses?: unknown }>>)[split] ?? {};
  if (typeof pairs !== 'string' || !Array.isArray(losses) || losses.length !== totals.sentences)
    return fail(`it has not the ${totals.sentences} sentences of ${split} that losses.json counts`);
  const sentences = losses.map((row: unknown, i): LossSums => {
    if (!Array.isArray(row) || row.length !== columns.length || !row.every(Number.isFinite) || row[0] < 1)
      return fail(`sentence ${i + 1} of ${split} is not tokens and two losses`);
    const [tokens, smoothed, likelihood] = row as number[];
    return { tokens, smoothed, likelihood };
  });
  return { pairs, sentences };
}
