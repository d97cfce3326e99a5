import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CompareParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { compareSystems, type RunTables } from '../src/comparison/compare.ts';
import { bleuMeasure, readBleus, readLossTables } from '../src/comparison/results.ts';
import { partners, systemsOf } from '../src/comparison/systems.ts';
import { summaryOfComparison, tableOfComparison } from '../src/comparison/table.ts';
import { guarded } from '../src/stage/guard.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { resamplingSeed, type Resampling } from '../src/text/bleu/bootstrap.ts';

/** Compares systems over seeds and sentences, as schemas/stages/compare.json declares. */
export default guarded<CompareParams>(({ params, gathered, outputs, events }) => {
  const { confidence, resamples } = params;
  const { bleu, losses } = gathered;
  const { split, tables } = readBleus(bleu);
  const lossTables = losses && readLossTables(partners(['bleu', bleu], ['losses', losses]), split);
  const systems = systemsOf(
    bleu.map(({ label, variant }, i) => {
      const result: RunTables = { bleu: tables[i], ...(lossTables && { loss: lossTables[i] }) };
      return { label, variant, result };
    }),
  );
  const resampling = (figure: string): Resampling => {
    const random = new RandomStream(resamplingSeed, 'compare', figure);
    return { resamples, draw: (limit) => random.integer(limit) };
  };
  const compared = {
    split,
    sentences: tables[0].length / bleuMeasure.columns,
    confidence,
    resamples,
    ...compareSystems(systems, { confidence, resampling }),
  };
  const lines = tableOfComparison(compared);
  for (const line of lines) events.log(line);
  writeFileSync(path.join(outputs.comparison, 'table.txt'), lines.map((line) => `${line}\n`).join(''));
  writeDocument(outputs.comparison, 'comparison', { summary: summaryOfComparison(compared), ...compared });
});
