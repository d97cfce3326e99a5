import type { ComparisonDocument } from '../../schemas/types.ts';
import type { Resampling } from '../text/bleu/bootstrap.ts';
import { differenceOfMeans, type Resampled } from './difference.ts';
import { type SentenceMeasure, measured, resampledMeans, type SentenceTable } from './nested-bootstrap.ts';
import { bleuMeasure, lossMeasure } from './results.ts';
import { spreadOf } from '../statistics/student.ts';
import type { System } from './systems.ts';

/** One training, sentence by sentence. */
export interface RunTables {
  bleu: SentenceTable;
  loss?: SentenceTable;
}

export type ComparedSystem = ComparisonDocument['systems'][number];
export type ComparedPair = ComparisonDocument['pairs'][number];

/**
 * Compares systems with each other, best by mean BLEU first, and each with all that come after it.
 * @param resampling makes a new stream for each figure, so that one does not depend on whether the other is there
 */
export function compareSystems(
  systems: readonly System<RunTables>[],
  { confidence, resampling }: { confidence: number; resampling: (figure: string) => Resampling },
): Pick<ComparisonDocument, 'systems' | 'pairs'> {
  const bleus = figuresOf(systems, ({ bleu }) => bleu, bleuMeasure, resampling('bleu'));
  const hasLoss = systems.every(({ runs }) => runs.every(({ result }) => result.loss !== undefined));
  const losses = hasLoss ? figuresOf(systems, ({ loss }) => loss!, lossMeasure, resampling('loss')) : undefined;

  const compared = systems.map(({ name, label, variant, runs }, i): ComparedSystem => ({
    name,
    label,
    variant,
    runs: runs.map(({ seed }, run) => ({
      ...(seed === undefined ? {} : { seed }),
      bleu: bleus[i].values[run],
      ...(losses && { loss: losses[i].values[run] }),
    })),
    bleu: spreadOf(bleus[i].values, confidence),
    ...(losses && { loss: spreadOf(losses[i].values, confidence) }),
  }));
  const ranked = systems.map((_, i) => i).sort((a, b) => compared[b].bleu.mean - compared[a].bleu.mean);
  const pairs = ranked.flatMap((first, place) =>
    ranked.slice(place + 1).map((second): ComparedPair => {
      const bleu = differenceOfMeans(bleus[first], bleus[second], confidence);
      const loss = losses && differenceOfMeans(losses[first], losses[second], confidence);
      const single = [first, second].filter((i) => systems[i].runs.length === 1).map((i) => systems[i].name);
      return {
        first: systems[first].name,
        second: systems[second].name,
        bleu,
        ...(loss && { loss, disagree: bleu.difference * loss.difference > 0 }),
        single,
      };
    }),
  );
  return { systems: ranked.map((i) => compared[i]), pairs };
}

function figuresOf(
  systems: readonly System<RunTables>[],
  tableOf: (run: RunTables) => SentenceTable,
  measure: SentenceMeasure,
  resampling: Resampling,
): Resampled[] {
  const tables = systems.map(({ runs }) => runs.map(({ result }) => tableOf(result)));
  const means = resampledMeans(tables, measure, resampling);
  return tables.map((runs, i) => ({ values: runs.map((table) => measured(table, measure)), means: means[i] }));
}
