import type { CheckpointDocument, FinetuneParams, SubnetDocument } from '../../schemas/types.ts';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { checkDictionaries, checkSubnet } from '../artifacts/compatibility.ts';
import type { Architecture, ModelConfig } from '../model/architecture.ts';
import { dictionarySmoothing } from '../model/label-smoothing.ts';
import { parametersOf } from '../model/parameters.ts';
import { type Seed, StageError } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';
import { notBegun, untrainedState } from './untrained.ts';

/** What a new network is trained with, unless parameters say otherwise. */
type Terms = Pick<CheckpointDocument, 'languages' | 'model' | 'training'>;

/**
 * One network before its training: with the corner of a supernet's weights and moments that is its own, with what an
 * earlier training of the same network came to, or with new weights.
 * @param origin the supernet's checkpoint, or the network's own
 */
export function singleNetwork(
  { architecture, model: found }: SubnetDocument,
  origin: Checkpoint | undefined,
  corpus: string,
  params: FinetuneParams,
  seed: Seed,
): Checkpoint {
  if (origin) checkOrigin(corpus, origin, architecture);
  const terms = origin?.document ?? defaultTerms(corpus, found);
  const model = modelOf(terms, params);
  const { languages } = terms;
  const own = parametersOf(model, architecture);
  const document = { summary: '', languages, model, training: settingsOf(terms, params, model.targetTypes) };
  if (!origin || !params.inherit) {
    if (params.updates === 0) {
      throw new StageError(
        '"updates": 0 gives the inherited weights as they are, and nothing is inherited: '
          + 'connect a checkpoint and leave "inherit" true, or train.',
      );
    }
    return { document: { ...document, architecture, progress: notBegun }, state: untrainedState(model, own, seed) };
  }
  if (JSON.stringify([model.norm, model.kernels]) !== JSON.stringify([terms.model.norm, terms.model.kernels])) {
    throw new StageError(
      '"norm" and "kernels" are the checkpoint\'s where its weights are inherited: '
        + 'leave them out, or set "inherit" to false.',
    );
  }
  const { parameters, updates } = origin.state;
  return {
    document: { ...document, architecture, progress: origin.document.progress },
    state: { config: model, parameters: parameters.cut(own), updates },
  };
}

/** Refuses a supernet that does not hold the network, and the checkpoint of another network. */
function checkOrigin(
  corpus: string,
  { document: { model, space, architecture: own } }: Checkpoint,
  architecture: Architecture,
): void {
  checkDictionaries(corpus, model);
  if (space) checkSubnet(model, space, architecture);
  else if (JSON.stringify(own) !== JSON.stringify(architecture)) {
    throw new StageError(
      'The checkpoint holds a single network, and another one than the subnet: '
        + 'connect the supernet that the subnet was found in, or a checkpoint of the subnet itself.',
    );
  }
}

function modelOf(
  { model }: Terms,
  { norm, kernels, dropout, weightDropout, attentionDropout }: FinetuneParams,
): ModelConfig {
  return {
    ...model,
    norm: norm ?? model.norm,
    kernels: kernels ?? model.kernels,
    dropout: dropout ?? model.dropout,
    weightDropout: weightDropout ?? model.weightDropout,
    attentionDropout: attentionDropout ?? model.attentionDropout,
  };
}

function settingsOf({ training }: Terms, params: FinetuneParams, targetTypes: number): Terms['training'] {
  const settings = { ...training };
  for (const name of Object.keys(settings) as (keyof typeof settings)[])
    settings[name] = params[name] ?? settings[name];
  if (params.labelSmoothing !== undefined) {
    settings.labelSmoothing = dictionarySmoothing(params.labelSmoothing, params.smoothing ?? 'dictionary', targetTypes);
  }
  return settings;
}

/** Those of HAT and Lite Transformer on IWSLT'14. */
function defaultTerms(corpus: string, found: SubnetDocument['model']): Terms {
  const { dictionary, languages } = readManifest(corpus);
  return {
    languages,
    model: {
      sourceTypes: dictionary.source,
      targetTypes: dictionary.target,
      ...found,
      dropout: 0.2,
      weightDropout: 0.1,
    },
    training: {
      maxTokens: 4096,
      learningRate: 5e-4,
      initialRate: 1e-7,
      warmup: 4000,
      labelSmoothing: 0.1,
      weightDecay: 1e-4,
      clipNorm: 0,
    },
  };
}
