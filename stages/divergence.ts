import type { DivergenceParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { drawValidation } from '../src/batching/validation-sample.ts';
import { checkChoice, checkPlace, paperSubstitutions } from '../src/divergence/choices.ts';
import { describePopulation } from '../src/divergence/populations.ts';
import { ratiosOf } from '../src/divergence/ratios.ts';
import { describeSubstitutions } from '../src/divergence/substitutions.ts';
import { summarise } from '../src/divergence/summary.ts';
import { readDivergingSupernet, readPopulations } from '../src/divergence/supernets.ts';
import { countTokens } from '../src/nas/divergence/rows.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';

/** Features of all subnets are in memory for one batch at a time: 200 of the paper's space take 0.2 MB a token. */
const batchTokens = 512;

/** Divergence in figures (paper, figures 1 and 4, equation 1), as schemas/stages/divergence.json declares. */
export default guarded<DivergenceParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { partTokens } = await startEngine(context);
  const supernet = readDivergingSupernet(inputs, 'checkpoint');
  const { space } = supernet;
  const chosen = params.substitutions ?? paperSubstitutions(space);
  chosen.forEach(({ before, after }) => [before, after].forEach((choice) => checkChoice(space, choice)));
  checkPlace(space, params.heatMap);
  // A stream of the run and not of the stage, so that all its measurements of divergence
  // are made on the same sentences.
  const seed = { value: context.seed!.value, stream: 'divergence' };
  const populations = readPopulations(inputs, supernet, seed, events);
  const batches = drawValidation(inputs.corpus, params.validationTokens, Math.min(partTokens, batchTokens), seed);
  const substitutions = describeSubstitutions(chosen, supernet, batches, params.heatMap, inputs.corpus);

  const total = populations.length * params.subnets * batches.length;
  let done = 0;
  const described = populations.map((population) => {
    const result = describePopulation(population, batches, params, seed, () => {
      events.progress({ done: ++done, total, unit: 'evaluations' });
    });
    const { name, logits } = result.document;
    events.log(`${name}: mean divergence of logits ${logits.mean.toFixed(4)} over ${logits.pairs} pairs`);
    return result;
  });

  const documents = described.map(({ document }) => document);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  writeDocument(outputs.divergence, 'divergence', {
    summary: summarise({ populations: documents, substitutions }),
    validation: {
      sentences: sum(batches.map(({ size }) => size)),
      sourceTokens: sum(batches.map(({ source }) => countTokens(source))),
      targetTokens: sum(batches.map(({ tokens }) => tokens)),
    },
    substitutions,
    populations: documents,
    ratios: ratiosOf(described),
  });
});
