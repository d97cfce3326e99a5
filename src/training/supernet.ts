import type { TrainSupernetParams } from '../../schemas/types.ts';
import { type SupernetCheckpoint, readSupernet } from '../artifacts/checkpoint.ts';
import { formOfCorpus } from '../artifacts/text-form.ts';
import type { ModelConfig } from '../model/architecture.ts';
import { dictionarySmoothing } from '../model/label-smoothing.ts';
import { isHard, keeps } from '../nas/costs/bounds.ts';
import { countParameters } from '../nas/counts.ts';
import { architectureOf, checkSpace, type Genes, type Space } from '../nas/space.ts';
import { supernetParameters } from '../nas/supernet.ts';
import { StageError, type Seed } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';
import type { TrainingSettings } from './options.ts';
import { notBegun, untrainedState } from './untrained.ts';

/** A new supernet for a corpus. */
export function newSupernet(corpus: string, params: TrainSupernetParams, seed: Seed): SupernetCheckpoint {
  const { dictionary } = readManifest(corpus);
  const { space } = params;
  checkSpace(space);
  const model = modelOf(params, dictionary.source, dictionary.target);
  const training = settingsOf(params, dictionary.target);
  return {
    document: { summary: '', ...formOfCorpus(corpus), model, training, progress: notBegun, space },
    state: untrainedState(model, supernetParameters(model, space), seed),
    space,
  };
}

/** A checkpoint to go on with, on the terms of this stage's parameters; what shapes the network must be as it was. */
export function continuedSupernet(folder: string, params: TrainSupernetParams): SupernetCheckpoint {
  const { document, state, space } = readSupernet(
    folder,
    'The checkpoint to go on with holds a single network, not a supernet.',
  );
  const { model } = document;
  const mismatch = [
    ['space', space, params.space],
    ['norm', model.norm, params.norm],
    ['kernels', model.kernels, params.kernels],
    ['unshared', model.unshared ?? [], params.unshared],
    ['slicedPositions', model.positionsWidth !== undefined, habitsOf(params).slicedPositions],
    ['cornerCounts', document.training.cornerCounts ?? false, params.cornerCounts],
  ].find(([, before, now]) => JSON.stringify(before) !== JSON.stringify(now));
  if (mismatch) {
    const [name, before, now] = mismatch.map((value, i) => (i === 0 ? String(value) : JSON.stringify(value)));
    throw new StageError(
      `The checkpoint was trained with "${name}" ${before}, and this stage has ${now}: all rounds need the same.`,
    );
  }
  // Dropout may change from one round to the next.
  const config = modelOf(params, model.sourceTypes, model.targetTypes);
  return {
    document: { ...document, model: config, training: settingsOf(params, config.targetTypes) },
    state: { ...state, config },
    space,
  };
}

function settingsOf(params: TrainSupernetParams, targetTypes: number): TrainingSettings {
  const { maxTokens, learningRate, initialRate, warmup, weightDecay, clipNorm, cornerCounts } = params;
  const labelSmoothing = dictionarySmoothing(params.labelSmoothing, params.smoothing, targetTypes);
  const settings = { maxTokens, learningRate, initialRate, warmup, labelSmoothing, weightDecay, clipNorm };
  return cornerCounts ? { ...settings, cornerCounts } : settings;
}

function modelOf(params: TrainSupernetParams, sourceTypes: number, targetTypes: number): ModelConfig {
  const { kernels, norm, dropout, weightDropout, attentionDropout, space, unshared } = params;
  const { scaledDropout, unscaledEncoderMixing, slicedPositions, stackedAttention } = habitsOf(params);
  const widest = Math.max(...space.widths);
  return {
    sourceTypes,
    targetTypes,
    kernels,
    norm,
    dropout,
    ...(scaledDropout ? { dropoutWidth: widest } : {}),
    ...(unscaledEncoderMixing ? { unscaledEncoderMixing } : {}),
    weightDropout,
    ...(attentionDropout > 0 ? { attentionDropout } : {}),
    ...(slicedPositions ? { positionsWidth: widest } : {}),
    ...(stackedAttention ? { stackedAttention } : {}),
    ...(unshared.length > 0 ? { unshared } : {}),
  };
}

/** What HAT does and others do not: all of it by the preset, or each by its name. */
const habits = ['scaledDropout', 'unscaledEncoderMixing', 'slicedPositions', 'stackedAttention'] as const;

function habitsOf(params: TrainSupernetParams): Record<(typeof habits)[number], boolean> {
  const on = habits.map((habit) => [habit, params.preset === 'hat' || (params[habit] ?? false)]);
  return Object.fromEntries(on) as ReturnType<typeof habitsOf>;
}

/** Whether a subnet's number of parameters keeps the stage's window; undefined where there is none. */
export function boundedGenes(
  { floor, limit }: TrainSupernetParams,
  config: ModelConfig,
  space: Space,
): ((genes: Genes) => boolean) | undefined {
  const bound = { floor, limit };
  if (!isHard(bound)) return undefined;
  return (genes) => keeps(bound, countParameters(config, architectureOf(space, genes)).layers);
}
