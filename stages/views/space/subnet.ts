import type { Architecture, ModelConfig } from '../../../src/model/architecture.ts';
import { countParameters } from '../../../src/nas/counts.ts';
import { architectureOf, formatGenes, type Space } from '../../../src/nas/space.ts';
import { type JsonObject, StageError, type View, type ViewedStage } from '../../../src/runner/stage.ts';
import type { SubnetParams, TrainSupernetParams } from '../../../schemas/types.ts';
import { dictionarySizes } from '../../../src/overview/dictionary-sizes.ts';
import { genesNamed } from '../../../src/nas/named-genes.ts';
import { countCells, countTitles, countValues, dictionaryValues, ofSpace } from '../../../src/overview/counts.ts';

/**
 * A network that is named by its genes, such as one designed by hand: a row of a table that all of a pipeline share.
 */
const view: View = async ({ params, inputs }, settings) => {
  const { genes: name } = params as unknown as SubnetParams;
  const { space, kernels, norm } = spaceOf(params as unknown as SubnetParams, inputs.checkpoint?.stage);
  const genes = ofSpace(space, () => genesNamed(space, name));
  const architecture = architectureOf(space, genes);
  const dictionaries = await dictionarySizes(inputs.corpus, settings.dictionaries);
  const { sizes } = dictionaries;
  const config: ModelConfig = {
    sourceTypes: sizes?.source ?? 0,
    targetTypes: sizes?.target ?? 0,
    kernels,
    norm,
    dropout: 0,
    weightDropout: 0,
  };
  const counts = countParameters(config, architecture);
  return {
    sections: [
      {
        title: 'Networks, and their parameters',
        rows: [
          ['ENCODER', 'DECODER', ...countTitles(dictionaries)],
          [describe(architecture.encoder), describe(architecture.decoder), ...countCells(counts, dictionaries)],
          [dictionaries.text],
        ],
        shared: true,
      },
    ],
    values: {
      network: { genes: formatGenes(genes), architecture: architecture as unknown as JsonObject, norm, kernels },
      parameters: countValues(counts, dictionaries),
      dictionaries: dictionaryValues(dictionaries),
    },
  };
};

export default view;

/** The space that the genes are of, and what all of its networks share: a connected supernet's, or the stage's own. */
function spaceOf(
  params: SubnetParams,
  supernet: ViewedStage | undefined,
): { space: Space } & Pick<ModelConfig, 'kernels' | 'norm'> {
  if (supernet === undefined) {
    const { space, kernels, norm } = params;
    if (space) return { space, kernels, norm };
    throw new StageError('There are no genes without a space: give "space", or connect a supernet.');
  }
  if (supernet.type === 'train-supernet') return supernet.params as unknown as TrainSupernetParams;
  throw new StageError('The checkpoint holds a single network, and not a supernet.');
}

/** `6 layers of 160: attention, light`, operators in the order of their first layer. */
function describe({ width, layers }: Architecture['encoder']): string {
  const operators = [...new Set(layers.map(({ operator }) => operator))];
  return `${layers.length} ${layers.length === 1 ? 'layer' : 'layers'} of ${width}: ${operators.join(', ')}`;
}
