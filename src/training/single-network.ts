import type { CheckpointDocument, FinetuneParams, SubnetDocument } from '../../schemas/types.ts';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import { checkSubnet } from '../artifacts/compatibility.ts';
import { formOfCorpus, type TextForm } from '../artifacts/text-form.ts';
import { type Architecture, configAlone, type ModelConfig } from '../model/architecture.ts';
import { dictionarySmoothing } from '../model/label-smoothing.ts';
import { parametersOf } from '../model/parameters.ts';
import { type Seed, StageError } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';
import { HostParameters } from '../tensor/host-parameters.ts';
import { notBegun, untrainedState } from './untrained.ts';

/** What a network is, and what it is trained with. */
export type TrainingTerms = TextForm & Pick<CheckpointDocument, 'model' | 'training'>;

/** Parameters of a stage that trains single networks: what they are trained with where that is not as it was. */
export type TermsParams = Omit<
  FinetuneParams,
  'updates' | 'inherit' | 'rewind' | 'averageEpochs' | 'lastFifth' | 'validationTokens' | 'validationHalf'
>;

/** What of a stage's parameters a network before its training depends on. */
export type SingleNetworkParams = TermsParams & Pick<FinetuneParams, 'updates' | 'inherit' | 'rewind'>;

/** A network as `subnet` artifacts have it. */
type Network = Pick<SubnetDocument, 'architecture' | 'model'>;

/**
 * The terms on which single networks are trained from scratch.
 * @param origin those of a supernet; without one, HAT's
 * @param model of the network
 */
export function termsFromScratch(
  corpus: string,
  origin: TrainingTerms | undefined,
  model: SubnetDocument['model'],
  params: TermsParams,
): TrainingTerms {
  const terms = origin ?? defaultTerms(corpus, model);
  const { languages, lowercase, vocabulary } = terms;
  const config = modelOf(terms, params);
  const training = settingsOf(terms, params, config.targetTypes);
  return { languages, lowercase, vocabulary, model: config, training };
}

/** One network before its training from scratch. */
export function untrainedNetwork(terms: TrainingTerms, architecture: Architecture, seed: Seed): Checkpoint {
  const { model } = terms;
  return {
    document: { summary: '', ...terms, architecture, progress: notBegun },
    state: untrainedState(model, parametersOf(model, architecture), seed),
  };
}

/**
 * One network before its training: with the corner of a supernet's weights and moments that is its own, with what an
 * earlier training of the same network came to, or with new weights.
 * @param origin the supernet's checkpoint, or the network's own
 */
export function singleNetwork(
  { architecture, model: found }: Network,
  origin: Checkpoint | undefined,
  corpus: string,
  params: SingleNetworkParams,
  seed: Seed,
): Checkpoint {
  if (origin) checkOrigin(origin, architecture);
  const terms = termsFromScratch(corpus, origin?.document, found, params);
  const { model } = terms;
  if (!origin || !params.inherit) {
    if (params.updates === 0) {
      throw new StageError(
        '"updates": 0 gives the inherited weights as they are, and nothing is inherited: '
          + 'connect a checkpoint and leave "inherit" true, or train.',
      );
    }
    return untrainedNetwork(terms, architecture, seed);
  }
  const { norm, kernels } = origin.document.model;
  if (JSON.stringify([model.norm, model.kernels]) !== JSON.stringify([norm, kernels])) {
    throw new StageError(
      '"norm" and "kernels" are the checkpoint\'s where its weights are inherited: '
        + 'leave them out, or set "inherit" to false.',
    );
  }
  const corners = parametersOf(origin.document.model, architecture);
  const { weights, moments } = origin.state.parameters.cut(corners).toHost();
  const network = { summary: '', ...terms, architecture };
  if (params.rewind) {
    return {
      document: { ...network, progress: notBegun },
      state: { config: model, parameters: new HostParameters(weights), updates: 0 },
    };
  }
  return {
    document: { ...network, progress: origin.document.progress },
    state: { config: model, parameters: new HostParameters(weights, moments), updates: origin.state.updates },
  };
}

/** Refuses a supernet that does not hold the network, and the checkpoint of another network. */
function checkOrigin({ document: { model, space, architecture: own } }: Checkpoint, architecture: Architecture): void {
  if (space) checkSubnet(model, space, architecture);
  else if (JSON.stringify(own) !== JSON.stringify(architecture)) {
    throw new StageError(
      'The checkpoint holds a single network, and another one than the subnet: '
        + 'connect the supernet that the subnet was found in, or a checkpoint of the subnet itself.',
    );
  }
}

function modelOf(
  { model }: TrainingTerms,
  { norm, kernels, dropout, weightDropout, attentionDropout }: TermsParams,
): ModelConfig {
  return {
    ...configAlone(model),
    norm: norm ?? model.norm,
    kernels: kernels ?? model.kernels,
    dropout: dropout ?? model.dropout,
    weightDropout: weightDropout ?? model.weightDropout,
    attentionDropout: attentionDropout ?? model.attentionDropout,
  };
}

function settingsOf({ training }: TrainingTerms, params: TermsParams, targetTypes: number): TrainingTerms['training'] {
  // All weights of one network are trained equally often.
  const { cornerCounts: _, ...settings } = training;
  for (const name of Object.keys(settings) as (keyof typeof settings)[])
    settings[name] = params[name] ?? settings[name];
  if (params.labelSmoothing !== undefined) {
    settings.labelSmoothing = dictionarySmoothing(params.labelSmoothing, params.smoothing ?? 'dictionary', targetTypes);
  }
  return settings;
}

/** Those of HAT and Lite Transformer on IWSLT'14. */
function defaultTerms(corpus: string, found: SubnetDocument['model']): TrainingTerms {
  const { dictionary } = readManifest(corpus);
  return {
    ...formOfCorpus(corpus),
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
