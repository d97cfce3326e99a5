import type { SubnetDocument, SubnetParams } from '../../schemas/types.ts';
import type { SupernetCheckpoint } from '../artifacts/checkpoint.ts';
import type { ModelConfig } from '../model/architecture.ts';
import { countParameters } from '../nas/counts.ts';
import { genesNamed } from '../nas/named-genes.ts';
import { architectureOf, checkSpace, formatGenes, type Space } from '../nas/space.ts';
import { StageError } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';

export interface AskedNetwork {
  /** The supernet's, else what all networks of the stage's own space share. */
  model: ModelConfig;
  /** What an artifact `subnet` says of it. */
  named: Pick<SubnetDocument, 'genes' | 'architecture' | 'model' | 'parameters'>;
}

/** The network that a stage's parameters name by its genes, of the supernet's space or else of the stage's own. */
export function askedNetwork(
  params: SubnetParams,
  supernet: SupernetCheckpoint | undefined,
  corpus: string,
): AskedNetwork {
  const { space, model } = askedSpace(params, supernet, corpus);
  const genes = genesNamed(space, params.genes);
  const architecture = architectureOf(space, genes);
  return {
    model,
    named: {
      genes: formatGenes(genes),
      architecture,
      model: { norm: model.norm, kernels: model.kernels },
      parameters: countParameters(model, architecture),
    },
  };
}

/** What networks are of where a supernet may say it, or parameters instead. */
type SpaceParams = Pick<SubnetParams, 'space' | 'kernels' | 'norm'>;

/**
 * The space and what all its networks share: the supernet's, or else those of the parameters.
 * @throws StageError where neither has a space, or they differ; SpaceError for one that no network fits
 */
export function askedSpace(
  params: SpaceParams,
  supernet: SupernetCheckpoint | undefined,
  corpus: string,
): { space: Space; model: ModelConfig } {
  const space = spaceOf(params, supernet);
  checkSpace(space);
  return { space, model: supernet?.document.model ?? modelOf(params, corpus) };
}

function spaceOf({ space }: SpaceParams, supernet: SupernetCheckpoint | undefined): Space {
  if (space && supernet && JSON.stringify(space) !== JSON.stringify(supernet.space)) {
    throw new StageError('"space" is not the supernet\'s: leave it out, the genes are those of the supernet.');
  }
  const known = supernet?.space ?? space;
  if (!known) throw new StageError('There are no genes without a space: give "space", or connect a supernet.');
  return known;
}

function modelOf({ kernels, norm }: SpaceParams, corpus: string): ModelConfig {
  const { dictionary } = readManifest(corpus);
  return {
    sourceTypes: dictionary.source,
    targetTypes: dictionary.target,
    kernels,
    norm,
    dropout: 0,
    weightDropout: 0,
  };
}
