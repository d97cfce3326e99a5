import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readDocument } from '../artifacts/documents.ts';
import { distinctArtifacts, type ReportedArtifact, type ReportedStage } from '../report/reporter.ts';
import { bleuOf } from '../text/bleu/score.ts';
import { sacrebleuSmoothing } from '../text/bleu/sacrebleu.ts';
import { parseSentences } from '../text/bleu/sentences.ts';
import { readManifest } from '../text/dataset.ts';
import { detokenize } from '../text/detokenizer.ts';

/** What several systems made of one test set. */
export interface TranslatedSet {
  split: string;
  languages: { source: string; target: string };
  /** Undefined where the corpus is gone. */
  source?: string[];
  references: string[];
  systems: TranslatingSystem[];
}

export interface TranslatingSystem {
  name: string;
  stage: ReportedStage;
  hypotheses: string[];
  /** Smoothed BLEU of each sentence as sacreBLEU tokenises; undefined where there are no counts. */
  scores?: number[];
}

/** The test sets of `translations` artifacts; systems belong together whose references are the same. */
export function translatedSets(artifacts: readonly ReportedArtifact[]): TranslatedSet[] {
  const sets = new Map<string, TranslatedSet>();
  for (const { stage, folder: open } of distinctArtifacts(artifacts)) {
    const folder = open();
    if (folder === undefined) continue;
    const { split: first, others = {} } = readDocument(folder, 'translations');
    for (const split of [first, ...Object.keys(others)]) {
      const place = split === first ? folder : path.join(folder, split);
      const references = readLines(path.join(place, 'references.txt'));
      const key = JSON.stringify([split, references]);
      const known = sets.get(key) ?? { split, references, ...sourceOf(stage, split), systems: [] };
      const scores = scoresOf(stage, split === first ? '' : split);
      known.systems.push({
        name: stage.label,
        stage,
        hypotheses: readLines(path.join(place, 'detokenized.txt')),
        ...(scores === undefined ? {} : { scores }),
      });
      sets.set(key, known);
    }
  }
  return [...sets.values()];
}

function readLines(file: string): string[] {
  return readFileSync(file, 'utf8').replace(/\n$/, '').split('\n');
}

function sourceOf(stage: ReportedStage, split: string): Pick<TranslatedSet, 'languages' | 'source'> {
  const corpus = stage.inputs.corpus?.folder();
  if (corpus === undefined) return { languages: { source: '', target: '' } };
  const { languages } = readManifest(corpus);
  const file = path.join(corpus, `${split}.source.txt`);
  return existsSync(file)
    ? { languages, source: readLines(file).map((line) => detokenize(line, languages.source)) }
    : { languages };
}

function scoresOf({ outputs }: ReportedStage, below: string): number[] | undefined {
  const folder = outputs.bleu?.folder();
  const file = folder === undefined ? undefined : path.join(folder, below, 'sentences.json');
  if (file === undefined || !existsSync(file)) return undefined;
  return parseSentences(readFileSync(file, 'utf8'), file).sacrebleu.counts.map(
    (counts) => bleuOf([counts], sacrebleuSmoothing).score,
  );
}
