import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readDocument } from '../artifacts/documents.ts';
import { type LossSplit, readLosses } from '../artifacts/losses.ts';
import type { GatheredInput } from '../runner/stage.ts';
import { StageError } from '../runner/stage.ts';
import { order } from '../text/bleu/counts.ts';
import type { BleuCounts } from '../text/bleu/counts.ts';
import { scoreCounts } from '../text/bleu/score.ts';
import { parseSentences } from '../text/bleu/sentences.ts';
import type { SentenceMeasure, SentenceTable } from './nested-bootstrap.ts';
import { inputName } from './systems.ts';

/** BLEU of the headline: on tokenised, lowercased text, without smoothing. */
export const bleuMeasure: SentenceMeasure = {
  columns: 2 * order + 2,
  of(sums) {
    const [hypothesisLength, referenceLength] = sums.subarray(2 * order);
    const [matches, totals] = [Array.from(sums.subarray(0, order)), Array.from(sums.subarray(order, 2 * order))];
    return scoreCounts({ matches, totals, hypothesisLength, referenceLength }, 'none').score;
  },
};

/** The mean label-smoothed loss of a token. */
export const lossMeasure: SentenceMeasure = { columns: 2, of: ([loss, tokens]) => loss / tokens };

/** What all results of a comparison must have in common. */
interface Scored {
  table: SentenceTable;
  split: LossSplit;
  /** What tells whether it is the same text. */
  common: string;
}

/**
 * The sentences of each `bleu` artifact.
 * @throws StageError when they are not of the same references; CorpusError for a damaged file
 */
export function readBleus(inputs: readonly GatheredInput[]): { split: LossSplit; tables: SentenceTable[] } {
  const scored = inputs.map(({ folder }): Scored => {
    const { split } = readDocument(folder, 'bleu');
    const file = path.join(folder, 'sentences.json');
    if (!existsSync(file)) throw new StageError(`${folder} has no counts of sentences. Run its bleu stage again.`);
    const { references, counts } = parseSentences(readFileSync(file, 'utf8'), file).tokenized;
    return { split, common: `${split} ${references} ${counts.length}`, table: tableOf(counts) };
  });
  refuseOthers('bleu', inputs, scored, 'references');
  return { split: scored[0].split, tables: scored.map(({ table }) => table) };
}

/**
 * The sentences of each `losses` artifact on a split.
 * @throws StageError when they are not of the same pairs and smoothing, or not of that split
 */
export function readLossTables(inputs: readonly GatheredInput[], split: LossSplit): SentenceTable[] {
  const scored = inputs.map((input): Scored => {
    const losses = readLosses(input.folder, split);
    if (losses === undefined)
      throw new StageError(
        `${inputName('losses', input)} has no losses on ${split}, on which BLEU was measured: add "${split}" to the `
          + 'splits of its stage.',
      );
    const { labelSmoothing } = readDocument(input.folder, 'losses');
    const table = Float64Array.from(losses.sentences.flatMap(({ smoothed, tokens }) => [smoothed, tokens]));
    return { split, common: `${losses.pairs} ${labelSmoothing}`, table };
  });
  refuseOthers('losses', inputs, scored, 'pairs, or with another label smoothing');
  return scored.map(({ table }) => table);
}

function refuseOthers(slot: string, inputs: readonly GatheredInput[], scored: readonly Scored[], what: string): void {
  const other = scored.findIndex(({ common }) => common !== scored[0].common);
  if (other === -1) return;
  const [first, second] = [0, other].map((i) => `${inputName(slot, inputs[i])} (${scored[i].split})`);
  throw new StageError(
    `${second} is measured on other ${what} than ${first}: compare results of one corpus and one split.`,
  );
}

function tableOf(counts: readonly BleuCounts[]): SentenceTable {
  return Float64Array.from(
    counts.flatMap(({ matches, totals, hypothesisLength, referenceLength }) => [
      ...matches,
      ...totals,
      hypothesisLength,
      referenceLength,
    ]),
  );
}
