import type { TrainSupernetParams } from '../schemas/types.ts';
import { checkSameSpace } from '../src/artifacts/compatibility.ts';
import { readSampleSpace } from '../src/artifacts/sample-space.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { TrainingBatches } from '../src/batching/training-batches.ts';
import { drawSample, sampleOf } from '../src/batching/validation-sample.ts';
import { validationLoss } from '../src/model/validation.ts';
import type { SampleSpace } from '../src/nas/sample-space.ts';
import { architectureOf, extremeGenes, type Genes } from '../src/nas/space.ts';
import { SubnetSampler } from '../src/nas/subnet-sampling.ts';
import { StageError } from '../src/runner/stage.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { runTraining } from '../src/training/run.ts';
import { type Lessons, taughtByLargest } from '../src/training/lessons.ts';
import { boundedGenes, continuedSupernet, newSupernet } from '../src/training/supernet.ts';
import { writeSupernet } from '../src/training/supernet-outputs.ts';

/** Phase 1 of the paper's section 4.4, as schemas/stages/train-supernet.json declares. */
export default guarded<TrainSupernetParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const { partTokens } = await startEngine(context);
  const start = inputs.checkpoint
    ? continuedSupernet(inputs.checkpoint, params)
    : newSupernet(inputs.corpus, params, seed);
  const { space } = start;
  const { model, training } = start.document;
  const { labelSmoothing } = training;
  const sampleSpace: SampleSpace = inputs.space ? readSampleSpace(inputs.space) : { space };
  checkSameSpace(space, sampleSpace.space);
  if (inputs.checkpoint) checkSameText(inputs, 'corpus', 'checkpoint');
  const validation = drawSample(inputs.corpus, sampleOf(seed, params.validationTokens, labelSmoothing), partTokens);
  const sampler = new SubnetSampler({
    samples: sampleSpace,
    operators: params.operatorSampling,
    accepts: boundedGenes(params, model, space),
    stream: (...name) => new RandomStream(seed.value, seed.stream, ...name),
  });
  if (params.teacher === 'largest' && params.limit !== undefined) {
    throw new StageError(
      '"teacher": "largest" trains every operator at its largest size, beyond any "limit": leave one out.',
    );
  }
  const first = start.state.updates + 1;
  const drawn = (update: number) => sampler.subnet(update);
  const lessons: Lessons = params.teacher === 'largest' ? taughtByLargest(space, drawn) : { genes: drawn };

  const extremes = extremeGenes(space);
  const trained = runTraining({
    context,
    seed,
    start,
    updates: params.updates,
    partTokens,
    batches: TrainingBatches.read(inputs.corpus, params.maxTokens, seed),
    architectureOf: (update) => architectureOf(space, lessons.genes(update)),
    lossOf: lessons.loss,
    validate({ config, parameters }) {
      const lossOf = (genes: Genes) =>
        validationLoss(config, architectureOf(space, genes), parameters, validation, labelSmoothing).smoothed;
      return { smallest: lossOf(extremes.smallest), largest: lossOf(extremes.largest) };
    },
  });

  writeSupernet(
    outputs,
    trained,
    space,
    Array.from({ length: params.updates }, (_, i) => lessons.genes(first + i)),
  );
});
