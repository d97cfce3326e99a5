import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readDocument } from '../artifacts/documents.ts';
import { StageError } from '../runner/stage.ts';
import type { BesideModel } from '../translation/scored-sets.ts';
import type { ScoredSet } from '../translation/test-set.ts';
import type { Precision } from './graphs/matrices.ts';

/**
 * What an exported model's translations of a test set are beside those of the model itself.
 * @param inputs folders of what the stage `bleu` made of the model itself, as far as they are connected
 * @throws StageError where that is of another test set
 */
export function comparedWithModel(
  { split, figures, ranked }: ScoredSet,
  precision: Precision,
  { bleu, translations }: Readonly<Record<string, string>>,
): BesideModel {
  const parts = [`ONNX, ${precision}`];
  const result: BesideModel['figures'] = { precision };
  if (bleu !== undefined) {
    const own = readDocument(bleu, 'bleu');
    checkSplit('bleu', own.split, split);
    result.loss = own.score - figures.score;
    const difference = `${Math.abs(result.loss).toFixed(2)} BLEU ${result.loss < 0 ? 'more' : 'less'}`;
    parts.push(`${difference} than the ${own.score.toFixed(2)} of the model itself`);
  }
  if (translations !== undefined) {
    checkSplit('translations', readDocument(translations, 'translations').split, split);
    const lines = readFileSync(path.join(translations, 'hypotheses.txt'), 'utf8').replace(/\n$/, '').split('\n');
    result.equalLines = ranked.filter(([{ tokens }], i) => tokens === lines[i]).length;
    parts.push(`${result.equalLines} of ${ranked.length} lines as its`);
  }
  return { summary: parts.join(', '), figures: result };
}

function checkSplit(slot: string, found: string, split: string): void {
  if (found === split) return;
  throw new StageError(
    `The input "${slot}" is of ${found}, and ${split} is translated: connect what bleu made of the same split.`,
  );
}
