import type { FinetuneParams, SubnetDocument } from '../schemas/types.ts';
import { readCheckpoint, writeCheckpoint } from '../src/artifacts/checkpoint.ts';
import { readDocument, writeDocument } from '../src/artifacts/documents.ts';
import { recentOf } from '../src/artifacts/metrics.ts';
import { writeModel } from '../src/artifacts/model.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { halfNamed } from '../src/batching/validation-half.ts';
import { drawSample, sampleOf, type ValidationSample } from '../src/batching/validation-sample.ts';
import { validationLoss } from '../src/model/validation.ts';
import { countParameters, millions } from '../src/nas/counts.ts';
import { StageError } from '../src/runner/stage.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import type { Weights } from '../src/tensor/parameters.ts';
import { trainAveraged } from '../src/training/averaged.ts';
import { singleNetwork } from '../src/training/single-network.ts';

/**
 * Trains one network, such as the subnet that was found (paper, section 5.3), as schemas/stages/finetune.json declares.
 */
export default guarded<FinetuneParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const subnet = readDocument(inputs.subnet, 'subnet');
  const { architecture } = subnet;
  if (inputs.checkpoint) checkSameText(inputs, 'corpus', 'checkpoint');
  const origin = inputs.checkpoint ? readCheckpoint(inputs.checkpoint) : undefined;
  const start = singleNetwork(subnet, origin, inputs.corpus, params, seed);
  const { model, training, languages, lowercase, vocabulary } = start.document;
  const lossOn = (sample: ValidationSample) => {
    const batches = drawSample(inputs.corpus, sample, partTokens);
    return (weights: Weights) => validationLoss(model, architecture, weights, batches, sample.labelSmoothing);
  };
  const isInherited = origin?.document.space && params.inherit && subnet.validation;
  const inherited: Record<string, number> = isInherited
    ? { inherited: lossOn(subnet.validation!)(start.state.parameters).smoothed }
    : {};
  checkInherited(subnet, inherited);
  const half = halfNamed(params.validationHalf);
  const lossesOf = lossOn(sampleOf(seed, params.validationTokens, training.labelSmoothing, half));
  const { updates, averageEpochs, lastFifth } = params;
  const setting = { context, seed, architecture, corpus: inputs.corpus, partTokens, lossesOf };
  const trained = trainAveraged({ ...setting, start, updates, averageEpochs, lastFifth });

  const { checkpoint, series, mean, before, after, averaged } = trained;
  const made = checkpoint.state.updates;
  const parameters = countParameters(model, architecture);
  const loss = updates > 0 ? { loss: recentOf(series.loss) } : undefined;
  const said = { after: after.toFixed(3), averaged: averaged.smoothed.toFixed(3) };
  checkpoint.document.summary = `one network after ${made} updates, validation loss ${said.after}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);
  const size = `${millions(parameters.layers)} parameters (layers only)`;
  const summary = `${size}, validation loss ${said.averaged}, mean of ${mean.count} checkpoints`;
  const document = { summary, languages, lowercase, vocabulary, model, architecture, parameters, updates: made };
  const ofMean = { averaged: mean.count, validation: averaged };
  writeModel(outputs.model, { ...document, ...ofMean }, mean.weights, inputs.corpus);
  const course = `validation loss ${before.toFixed(3)} → ${said.after}, averaged ${said.averaged}`;
  writeDocument(outputs.metrics, 'metrics', {
    summary: course + (loss ? `; training loss ${loss.loss.toFixed(3)}` : ''),
    series,
    values: { ...loss, ...inherited, before, after, averaged: averaged.smoothed },
  });
});

/**
 * Refuses weights that are not those that the subnet was found with; engines differ in the last digits alone. A loss
 * with weights of its own says nothing of inherited ones.
 */
function checkInherited({ loss, trained }: SubnetDocument, { inherited }: Record<string, number | undefined>): void {
  if (loss === undefined || trained || inherited === undefined) return;
  if (Math.abs(inherited - loss) <= 1e-3 * Math.abs(loss)) return;
  throw new StageError(
    `With this supernet's weights the subnet has a validation loss of ${inherited.toFixed(4)}, `
      + `and it was found with ${loss.toFixed(4)}: connect the checkpoint that it was searched with.`,
  );
}
