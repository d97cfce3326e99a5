import type { DivergenceDocument, DivergenceParams } from '../schemas/types.ts';
import { populationDivergence } from '../src/nas/divergence/population.ts';
import { countTokens } from '../src/nas/divergence/rows.ts';
import { bootstrapMeans, type Distribution, distributionOf, ratioInterval } from '../src/nas/divergence/statistics.ts';
import { heatMap, type Substitution, substitutionDivergence } from '../src/nas/divergence/substitution.ts';
import { countParameters } from '../src/nas/counts.ts';
import { drawSubnet, inSameSizes, type SampleSpace } from '../src/nas/sample-space.ts';
import { architectureOf } from '../src/nas/space.ts';
import type { Trial } from '../src/nas/supernet.ts';
import { type Seed, type StageContext, StageError } from '../src/runner/stage.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { readDictionary } from '../src/text/dataset.ts';
import { type CheckpointDocument, readCheckpoint } from './shared/checkpoint.ts';
import { checkDictionaries, checkSameSpace } from './shared/compatibility.ts';
import { checkPlace, checkVariant, middlePair, paperSubstitutions } from './shared/divergence-input.ts';
import { readSampleSpace, writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { drawValidation } from './shared/training-data.ts';

type PopulationDocument = DivergenceDocument['populations'][number];

const measures = ['logits', 'equalWidths', 'features'] as const;

/** One measure of a population; no distribution where no two networks are comparable. */
interface Measured {
  /** Of resamples. */
  means: Float64Array;
  distribution: Distribution | null;
}

/** Features of all subnets are in memory for one batch at a time: 200 of the paper's space take 0.2 MB a token. */
const batchTokens = 512;

/** Means that are divided by each other. The sizes of subnets alone make up much of what a shrink changes. */
const comparisons: [of: PopulationDocument['name'], to: PopulationDocument['name']][] = [
  ['sample-space', 'whole'], ['same-sizes', 'whole'], ['sample-space', 'same-sizes'], ['whole', 'baseline'], ['sample-space', 'baseline'],
];

/** Networks that are all the same diverge by no more than this; nothing is a multiple of that. */
const rounding = 1e-6;

/** Divergence in figures (paper, figures 1 and 4, equation 1), as schemas/stages/divergence.json declares. */
export default guarded<DivergenceParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { partTokens } = await startEngine(context);
  const supernet = readSupernet(inputs.checkpoint, inputs.corpus, 'checkpoint');
  const { space } = supernet;
  const substitutions = params.substitutions ?? paperSubstitutions(space);
  substitutions.forEach(({ before, after }) => [before, after].forEach((variant) => checkVariant(space, variant)));
  checkPlace(space, params.heatMap);
  // A stream of the run and not of the stage, so that all its measurements of divergence are made on the same sentences.
  const seed = { value: context.seed!.value, stream: 'divergence' };
  const populations = populationsOf(context, supernet, seed);
  const batches = drawValidation(inputs.corpus, params.validationTokens, Math.min(partTokens, batchTokens), seed);

  const terms: Trial = { ...supernet, batches };
  const example = middlePair(batches);
  const substituted = substitutions.map((substitution) => {
    const values = heatMap(terms, space, substitution, params.heatMap, example);
    const { part } = params.heatMap;
    const dictionary = readDictionary(inputs.corpus, part === 'encoder' ? 'source' : 'target');
    return {
      ...substitution,
      ...substitutionDivergence(terms, space, substitution),
      heatMap: {
        ...params.heatMap,
        tokens: Array.from(part === 'encoder' ? example.source : example.input, (id) => dictionary.symbols[id]),
        values: values.map((row) => row.map((value) => Number(value.toFixed(3)))),
      },
    };
  });

  const total = populations.length * params.subnets * batches.length;
  let done = 0;
  const described = populations.map(({ name, of, samples }) => {
    const random = new RandomStream(seed.value, seed.stream, 'subnets', name);
    const architectures = Array.from({ length: params.subnets }, () => architectureOf(samples.space, drawSubnet(samples, random)));
    const divergence = populationDivergence({ ...of, batches }, architectures, () => {
      events.progress({ done: ++done, total, unit: 'evaluations' });
    });
    const resampling = new RandomStream(seed.value, seed.stream, 'resamples', name);
    const [logits, equalWidths, features] = measures.map((measure): Measured => {
      const means = bootstrapMeans(divergence[measure], params.resamples, resampling);
      return { means, distribution: distributionOf(divergence[measure], means) ?? null };
    });
    const population: PopulationDocument = {
      name, updates: of.updates, candidates: samples.candidates?.length ?? null, subnets: params.subnets,
      distinct: new Set(architectures.map((architecture) => JSON.stringify(architecture))).size,
      parameters: architectures.reduce((sum, architecture) => sum + countParameters(of.config, architecture).layers, 0) / params.subnets,
      decoderWidths: countsOf(architectures.map(({ decoder: { width } }) => width)),
      decoderLayers: countsOf(architectures.map(({ decoder: { layers } }) => layers.length)),
      // Two networks or more are drawn, and logits of any two are comparable.
      logits: logits.distribution!, equalWidths: equalWidths.distribution, features: features.distribution,
    };
    events.log(`${name}: mean divergence of logits ${population.logits.mean.toFixed(4)} over ${population.logits.pairs} pairs`);
    return { population, measured: { logits, equalWidths, features } };
  });

  const document: Omit<DivergenceDocument, 'summary'> = {
    validation: {
      sentences: batches.reduce((sum, { size }) => sum + size, 0),
      sourceTokens: batches.reduce((sum, { source }) => sum + countTokens(source), 0),
      targetTokens: batches.reduce((sum, { tokens }) => sum + tokens, 0),
    },
    substitutions: substituted,
    populations: described.map(({ population }) => population),
    ratios: comparisons.flatMap(([of, to]) => measures.flatMap((measure) => {
      const [numerator, denominator] = [of, to].map((name) => described.find(({ population }) => population.name === name)?.measured[measure]);
      if (!numerator?.distribution || !denominator?.distribution || denominator.means.some((mean) => mean < rounding)) return [];
      return [{
        of, to, measure,
        ratio: numerator.distribution.mean / denominator.distribution.mean,
        interval: ratioInterval(numerator.means, denominator.means),
      }];
    })),
  };
  writeDocument(outputs.divergence, 'divergence', { summary: summarise(document), ...document } satisfies DivergenceDocument);
});

/** A supernet's part of the terms, and the rest of what is told of it. */
type Supernet = Omit<Trial, 'batches'> & { space: NonNullable<CheckpointDocument['space']>; updates: number };

function readSupernet(folder: string, corpus: string, slot: string): Supernet {
  const { document: { model, space, progress }, state } = readCheckpoint(folder);
  if (!space) throw new StageError(`The input "${slot}" holds a single network: connect a supernet, whose subnets can be compared.`);
  checkDictionaries(corpus, model);
  return { config: model, weights: state.weights, space, updates: progress.updates };
}

interface Population {
  name: PopulationDocument['name'];
  of: Supernet;
  samples: SampleSpace;
}

function populationsOf({ inputs, events }: StageContext<DivergenceParams>, supernet: Supernet, seed: Seed): Population[] {
  const populations: Population[] = [{ name: 'whole', of: supernet, samples: { space: supernet.space } }];
  if (inputs.space) {
    const samples = readSampleSpace(inputs.space);
    checkSameSpace(supernet.space, samples.space);
    populations.push({ name: 'sample-space', of: supernet, samples });
    const { space, candidates } = samples;
    if (candidates) populations.push({ name: 'same-sizes', of: supernet, samples: inSameSizes(space, candidates, new RandomStream(seed.value, seed.stream, 'same sizes')) });
  }
  if (inputs.baseline) {
    const baseline = readSupernet(inputs.baseline, inputs.corpus, 'baseline');
    if (baseline.updates !== supernet.updates) {
      events.log(`The baseline was trained for ${baseline.updates} updates and the supernet for ${supernet.updates}: `
        + 'divergence depends on that, too.', 'warning');
    }
    populations.push({ name: 'baseline', of: baseline, samples: { space: baseline.space } });
  }
  return populations;
}

/** How often each value occurs, by value. */
function countsOf(values: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function summarise({ populations, substitutions }: Pick<DivergenceDocument, 'populations' | 'substitutions'>): string {
  const means = populations.map(({ name, logits }) => `${name} ${logits.mean.toFixed(3)}`);
  const layers = substitutions.map(({ before, after, sublayers }) => {
    const mean = sublayers.reduce((sum, { divergence }) => sum + divergence, 0) / sublayers.length;
    return `${variant(before)} to ${variant(after)} ${mean.toFixed(3)}`;
  });
  return [`mean divergence of logits: ${means.join(', ')}`, ...(layers.length > 0 ? [`of sub-layers: ${layers.join(', ')}`] : [])].join('; ');
}

function variant({ operator, heads }: Substitution['before']): string {
  return `${operator}/${heads}`;
}
