import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type {
  BleuDocument,
  CorpusDocument,
  MetricsDocument,
  ModelDocument,
  RankingDocument,
  RungsDocument,
} from '../../../schemas/types.ts';
import type { TestProject } from '../../../test/support/project.ts';
import type { Faults } from '../support/faults.ts';
import type { ShownPart } from './in-page.js';

/**
 * Whether parts of a quick start's page have the figures of its artifacts, read here from their files.
 * @returns how many figures were compared
 */
export function compareNumbers(parts: readonly ShownPart[], project: TestProject, pipeline: string, faults: Faults) {
  const documentOf = <Document>(stage: string, output: string, type: string): Document => {
    const link = path.join(project.folder, 'runs/latest', pipeline, stage, output);
    return JSON.parse(readFileSync(path.join(realpathSync(link), `${type}.json`), 'utf8')) as Document;
  };
  let compared = 0;
  /** Each expected row has to be one of the part's, by the titles of columns. */
  const expectRows = (title: string, expected: Record<string, string | number | null>[]) => {
    const part = parts.find((shown) => shown.title === title);
    if (part === undefined) return faults.add(`the page has no part "${title}"`);
    for (const row of expected) {
      const places = Object.entries(row).map(([name, value]) => [part.columns.indexOf(name), value] as const);
      // Small tables stand as they are, with figures that are rounded beside those that are not.
      const found = part.rows.some((cells) => places.every(([place, value]) => cells[place] === value));
      if (!found) faults.add(`"${title}" lacks ${JSON.stringify(row)}`);
      compared += Object.keys(row).length;
    }
  };
  const bleu = documentOf<BleuDocument>('bleu', 'bleu', 'bleu');
  const { parameters } = documentOf<ModelDocument>('finetune', 'model', 'model');
  expectRows('Result', [
    {
      'BLEU': bleu.score,
      '± of BLEU': bleu.confidence.halfWidth,
      'sacreBLEU': bleu.sacrebleu.score,
      'Sentences': bleu.sentences,
      'Parameters, layers': parameters.layers,
      'Parameters with output': parameters.withOutput,
      'Parameters in all': parameters.total,
    },
  ]);
  const { candidates } = documentOf<RankingDocument>('search', 'ranking', 'ranking');
  expectRows(
    'Scores by rank',
    candidates.map(({ genes, score, parameters: count, operations }, i) => ({
      'Rank': i + 1,
      'Genes': genes,
      'Score': score,
      'Parameters, layers only': count,
      'Multiply-adds': operations,
    })),
  );
  const rungs = documentOf<RungsDocument>('choose', 'rungs', 'rungs');
  expectRows(
    'Rungs of choose',
    rungs.candidates.flatMap(({ genes, losses }) =>
      losses.map((loss, rung) => ({ 'Genes': genes, 'Updates': rungs.rungs[rung].updates, 'Validation loss': loss })),
    ),
  );
  const { values } = documentOf<MetricsDocument>('finetune', 'metrics', 'metrics');
  expectRows('Found network: after each round', [values]);
  const { splits } = documentOf<CorpusDocument>('preprocess', 'corpus', 'corpus');
  expectRows(
    'Splits',
    Object.entries(splits).map(([split, { pairs, tokens }]) => ({
      'Split': split,
      'Pairs': pairs,
      'Source tokens': tokens.source,
      'Target tokens': tokens.target,
    })),
  );
  return compared;
}

/** Each chart has as many marks as its table has figures. */
export function comparePoints(parts: readonly ShownPart[], faults: Faults): number {
  let points = 0;
  for (const { title, kind, rows, circles, lines, boxes } of parts) {
    if (kind !== 'chart') continue;
    const inLines = lines.reduce((sum, length) => sum + length, 0);
    const drawn = Math.max(circles, inLines, boxes);
    points += drawn;
    if (drawn !== rows.length) faults.add(`"${title}" has ${drawn} marks for ${rows.length} rows`);
  }
  return points;
}
