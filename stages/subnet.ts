import type { SubnetParams } from '../schemas/types.ts';
import { readSupernet } from '../src/artifacts/checkpoint.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { askedSample, drawSample } from '../src/batching/validation-sample.ts';
import { askedNetwork } from '../src/exploration/asked-network.ts';
import { validationLoss } from '../src/model/validation.ts';
import { millions } from '../src/nas/counts.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';

/** Names a network by its genes, as schemas/stages/subnet.json declares. */
export default guarded<SubnetParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const supernet = inputs.checkpoint
    ? readSupernet(inputs.checkpoint, 'The checkpoint holds a single network, and not a supernet.')
    : undefined;
  const { model, named } = askedNetwork(params, supernet, inputs.corpus);
  const { layers, withOutput } = named.parameters;
  const size = `${millions(layers, 3)} parameters (layers only), ${millions(withOutput, 3)} with the output projection`;
  if (!supernet) {
    writeDocument(outputs.subnet, 'subnet', { summary: size, ...named });
    return;
  }
  checkSameText(inputs, 'corpus', 'checkpoint');
  const { partTokens } = await startEngine(context);
  const validation = askedSample(context.seed!, params, model.targetTypes);
  const batches = drawSample(inputs.corpus, validation, partTokens);
  const loss = validationLoss(
    model,
    named.architecture,
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
