import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BleuDocument } from '../../schemas/types.ts';
import { writeDocument } from '../artifacts/documents.ts';
import { writeTranslationLines } from '../artifacts/translations.ts';
import { resamples } from '../text/bleu/bootstrap.ts';
import { formatSentences } from '../text/bleu/sentences.ts';
import type { ScoredSet } from './test-set.ts';

/** What translations of an exported model are beside those of the model itself. */
export interface BesideModel {
  summary: string;
  figures: NonNullable<BleuDocument['exported']>;
}

/**
 * Writes the artifacts `bleu` and `translations`: the first test set at their top, each further one in a folder of its
 * name, and under `others` of the documents.
 */
export function writeScored(
  outputs: Readonly<Record<string, string>>,
  sets: readonly ScoredSet[],
  { beam, nBest }: { beam: number; nBest: number },
  beside?: BesideModel,
): void {
  const [first, ...others] = sets;
  const folderOf = (output: string, set: ScoredSet): string => {
    const folder = set === first ? output : path.join(output, set.split);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  for (const set of sets) {
    const { report, ranked } = set;
    writeFileSync(path.join(folderOf(outputs.bleu, set), 'sentences.json'), formatSentences(report.sentences));
    writeTranslationLines(folderOf(outputs.translations, set), {
      hypotheses: ranked.map(([{ tokens }]) => tokens),
      detokenized: report.text.hypotheses,
      references: report.text.references,
      nBest: ranked,
    });
  }
  const byName = <Value>(value: (set: ScoredSet) => Value) =>
    others.length === 0 ? {} : { others: Object.fromEntries(others.map((set) => [set.split, value(set)])) };
  const among = others.length === 0 ? '' : ` (first of ${sets.length} test sets)`;
  const { split, figures, summary, meanScore } = first;
  writeDocument(outputs.bleu, 'bleu', {
    summary: `${beside ? `${beside.summary}; ` : ''}${summary}${among}`,
    split,
    ...figures,
    resamples,
    ...(beside ? { exported: beside.figures } : {}),
    ...byName((set) => set.figures),
  });
  writeDocument(outputs.translations, 'translations', {
    summary: `${figures.sentences} sentences of ${split}${among}`,
    split,
    sentences: figures.sentences,
    beam,
    nBest,
    meanScore,
    ...byName((set) => ({ sentences: set.figures.sentences, meanScore: set.meanScore })),
  });
}
