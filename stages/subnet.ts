import type { SubnetParams } from '../schemas/types.ts';
import { readSupernet, type SupernetCheckpoint } from '../src/artifacts/checkpoint.ts';
import { checkDictionaries } from '../src/artifacts/compatibility.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { askedSample, drawSample } from '../src/batching/validation-sample.ts';
import type { ModelConfig } from '../src/model/architecture.ts';
import { validationLoss } from '../src/model/validation.ts';
import { countParameters, millions } from '../src/nas/counts.ts';
import { genesNamed } from '../src/nas/named-genes.ts';
import { architectureOf, checkSpace, formatGenes, type Space } from '../src/nas/space.ts';
import { StageError } from '../src/runner/stage.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import { readManifest } from '../src/text/dataset.ts';

/** Names a network by its genes, as schemas/stages/subnet.json declares. */
export default guarded<SubnetParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const supernet = inputs.checkpoint
    ? readSupernet(inputs.checkpoint, 'The checkpoint holds a single network, and not a supernet.')
    : undefined;
  const space = spaceOf(params, supernet);
  checkSpace(space);
  const model = supernet?.document.model ?? modelOf(params, inputs.corpus);
  const genes = genesNamed(space, params.genes);
  const architecture = architectureOf(space, genes);
  const parameters = countParameters(model, architecture);
  const size =
    `${millions(parameters.layers, 3)} parameters (layers only), ${millions(parameters.withOutput, 3)} with the `
    + 'output projection';
  const named = {
    genes: formatGenes(genes),
    architecture,
    model: { norm: model.norm, kernels: model.kernels },
    parameters,
  };
  if (!supernet) {
    writeDocument(outputs.subnet, 'subnet', { summary: size, ...named });
    return;
  }
  checkDictionaries(inputs.corpus, model);
  const { partTokens } = await startEngine(context);
  const validation = askedSample(context.seed!, params, model.targetTypes);
  const batches = drawSample(inputs.corpus, validation, partTokens);
  const loss = validationLoss(
    model,
    architecture,
    supernet.state.parameters,
    batches,
    validation.labelSmoothing,
  ).smoothed;
  writeDocument(outputs.subnet, 'subnet', {
    summary: `${size}; validation loss ${loss.toFixed(3)} with inherited weights`,
    ...named,
    loss,
    validation,
  });
});

/** The space that genes are of: the supernet's, else the stage's own. */
function spaceOf({ space }: SubnetParams, supernet: SupernetCheckpoint | undefined): Space {
  if (space && supernet && JSON.stringify(space) !== JSON.stringify(supernet.space)) {
    throw new StageError('"space" is not the supernet\'s: leave it out, the genes are those of the supernet.');
  }
  const known = supernet?.space ?? space;
  if (!known) throw new StageError('There are no genes without a space: give "space", or connect a supernet.');
  return known;
}

/** What all networks of the stage's own space share. */
function modelOf({ kernels, norm }: SubnetParams, corpus: string): ModelConfig {
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
