import type { ModelConfig } from '../src/model/architecture.ts';
import { countParameters } from '../src/nas/counts.ts';
import { validationLoss } from '../src/nas/evaluate.ts';
import { architectureOf, checkSpace, formatGenes, type Space } from '../src/nas/space.ts';
import { readManifest } from '../src/text/dataset.ts';
import { StageError } from '../src/runner/stage.ts';
import type { SubnetParams } from '../schemas/types.ts';
import { type Checkpoint, readCheckpoint } from './shared/checkpoint.ts';
import { checkDictionaries } from './shared/compatibility.ts';
import { writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { genesNamed } from './shared/named-genes.ts';
import { askedSample, drawSample } from './shared/validation.ts';

/** Names a network by its genes, as schemas/stages/subnet.json declares. */
export default guarded<SubnetParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const supernet = inputs.checkpoint ? readCheckpoint(inputs.checkpoint) : undefined;
  const space = supernet ? spaceOf(supernet, params) : params.space;
  if (!space) throw new StageError('There are no genes without a space: give "space", or connect a supernet.');
  checkSpace(space);
  const { dictionary } = readManifest(inputs.corpus);
  const model: ModelConfig = supernet?.document.model
    ?? { sourceTypes: dictionary.source, targetTypes: dictionary.target, kernels: params.kernels, norm: params.norm, dropout: 0, weightDropout: 0 };
  const genes = genesNamed(space, params.genes);
  const architecture = architectureOf(space, genes);
  const parameters = countParameters(model, architecture);
  const size = `${(parameters.layers / 1e6).toFixed(3)} M parameters (layers only), ${(parameters.withOutput / 1e6).toFixed(3)} M with the output projection`;
  const named = { genes: formatGenes(genes), architecture, model: { norm: model.norm, kernels: model.kernels }, parameters };
  if (!supernet) {
    writeDocument(outputs.subnet, 'subnet', { summary: size, ...named });
    return;
  }
  checkDictionaries(inputs.corpus, model);
  const { partTokens } = await startEngine(context);
  const validation = askedSample(context.seed!, params, model.targetTypes);
  const loss = validationLoss(model, architecture, supernet.state.weights, drawSample(inputs.corpus, validation, partTokens), validation.labelSmoothing).smoothed;
  writeDocument(outputs.subnet, 'subnet', { summary: `${size}; validation loss ${loss.toFixed(3)} with inherited weights`, ...named, loss, validation });
});

function spaceOf({ document }: Checkpoint, { space }: SubnetParams): Space {
  if (!document.space) throw new StageError('The checkpoint holds a single network, and not a supernet.');
  if (space && JSON.stringify(space) !== JSON.stringify(document.space)) {
    throw new StageError('"space" is not the supernet\'s: leave it out, the genes are those of the supernet.');
  }
  return document.space;
}
