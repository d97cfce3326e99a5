import { beforeAll, describe, expect, test } from '@jest/globals';
import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import path from 'node:path';
import { parametersOf } from '../../src/model/parameters.ts';
import { type TrainingOptions, type TrainingState, trainUpdate } from '../../src/model/trainer.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { validationLoss } from '../../src/model/validation.ts';
import { drawSubnet } from '../../src/nas/sample-space.ts';
import { architectureOf, extremeGenes, type Genes } from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { trainingOptions } from '../../src/training/options.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { adamDefaults } from '../../src/tensor/adam.ts';
import type { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { readSafetensors } from '../../src/tensor/safetensors.ts';
import { readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { TrainingBatches } from '../../src/batching/training-batches.ts';
import { drawSample, sampleOf } from '../../src/batching/validation-sample.ts';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
const outputs = { train: ['checkpoint', 'sampled', 'metrics'], finetune: ['checkpoint', 'model', 'metrics'] };
const arraysOf = ({ entries }: ParameterSet) =>
  Object.fromEntries([...entries].map(([name, { data: values }]) => [name, values]));
let supernet: Record<string, string>;
let partTokens: number;
beforeAll(async () => {
  supernet = await bench.run(trainSupernet, { ...trainParams, updates: 7 }, { corpus: data }, outputs.train);
  ({ partTokens } = await selectEngine('wasm'));
});

describe('the averaged model', () => {
  const seed = { value: 1, stream: 'stage' };
  const maxTokens = 200;
  const params = { ...finetuneParams, inherit: false, averageEpochs: 10, maxTokens };
  const perEpoch = TrainingBatches.read(data, maxTokens, seed).perEpoch;
  const subnet = bench.document('subnet', {
    architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
  });
  const trained = (updates: number) =>
    bench.run(
      finetune,
      { ...params, updates },
      { corpus: data, checkpoint: supernet.checkpoint, subnet },
      outputs.finetune,
    );
  const mean = (sets: readonly Map<string, { data: Float32Array }>[]) =>
    Object.fromEntries(
      [...sets[0]].map(([name, { data: first }]) => [
        name,
        first.map((_, i) => sets.reduce((sum, set) => sum + set.get(name)!.data[i], 0) / sets.length),
      ]),
    );
  const modelOf = ({ model }: Record<string, string>) =>
    arraysOf(readSafetensors(path.join(model, 'weights.safetensors')));
  /** Weights at the end of each of 12 epochs, from runs that end there. */
  let ends: Map<string, { data: Float32Array }>[];

  beforeAll(async () => {
    ends = [];
    for (let epoch = 1; epoch <= 12; epoch++)
      ends.push(readCheckpoint((await trained(epoch * perEpoch)).checkpoint).state.parameters.toHost().weights.entries);
  });

  test('is the mean of the weights at the ends of the last ten epochs, and not of the last update', async () => {
    expect(perEpoch).toBeGreaterThan(1);
    const run = await trained(12 * perEpoch + 1);
    expect(bench.read(run.model, 'model').averaged).toBe(10);
    expect(modelOf(run)).toEqual(mean(ends.slice(2)));
  });

  test('comes with validation losses at the end of each epoch and of the stage, the last of which is the one after it', async () => {
    const { metrics } = await trained(2 * perEpoch + 1);
    const { series, values } = bench.read(metrics, 'metrics') as {
      series: Record<string, [number, number][]>;
      values: Record<string, number>;
    };
    expect(series.validation.map(([update]) => update)).toEqual([perEpoch, 2 * perEpoch, 2 * perEpoch + 1]);
    expect(series.validation.at(-1)![1]).toBe(values.after);
  });

  test('of the last fifth is the mean of what of these ends lies in it, and of the weights after the last update', async () => {
    const run = await bench.run(
      finetune,
      { ...params, updates: 12 * perEpoch, lastFifth: true },
      { corpus: data, checkpoint: supernet.checkpoint, subnet },
      outputs.finetune,
    );
    expect(bench.read(run.model, 'model').averaged).toBe(3);
    expect(modelOf(run)).toEqual(mean(ends.slice(9)));
  });

  test('of fewer epochs is the mean of those there are', async () => {
    const run = await trained(3 * perEpoch);
    expect(bench.read(run.model, 'model').averaged).toBe(3);
    expect(modelOf(run)).toEqual(mean(ends.slice(0, 3)));
  });
});

describe('training a supernet', () => {
  test('tells the validation losses of its smallest and its largest subnet, the mean training loss of the last fifth, and the mean size of those that it drew', () => {
    const { document, state } = readCheckpoint(supernet.checkpoint);
    const sample = drawSample(
      data,
      sampleOf({ value: 1, stream: 'stage' }, trainParams.validationTokens, trainParams.labelSmoothing),
      partTokens,
    );
    const { smallest, largest } = extremeGenes(tinySpace);
    const lossOf = (genes: Genes) =>
      validationLoss(
        document.model,
        architectureOf(tinySpace, genes),
        state.parameters,
        sample,
        trainParams.labelSmoothing,
      ).smoothed;
    const sizes = [1, 2, 3, 4, 5, 6, 7].map((update) => {
      const genes = drawSubnet({ space: tinySpace }, new RandomStream(1, 'stage', 'subnet', update));
      return countParameters(document.model, architectureOf(tinySpace, genes)).layers;
    });
    const { values, series } = bench.read(supernet.metrics, 'metrics') as {
      values: object;
      series: { loss: [number, number][] };
    };
    expect(series.loss.map(([update]) => update)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const [, , , , , [, sixth], [, seventh]] = series.loss;
    expect(values).toEqual({
      loss: (sixth + seventh) / 2,
      smallest: lossOf(smallest),
      largest: lossOf(largest),
      parameters: sizes.reduce((sum, size) => sum + size, 0) / 7,
    });
  });

  test('measures both at the end of each epoch and of the stage', async () => {
    const perEpoch = TrainingBatches.read(data, trainParams.maxTokens, { value: 1, stream: 'stage' }).perEpoch;
    const { metrics } = await bench.run(
      trainSupernet,
      { ...trainParams, updates: 2 * perEpoch + 1 },
      { corpus: data },
      outputs.train,
    );
    const upToThere = await bench.run(
      trainSupernet,
      { ...trainParams, updates: perEpoch },
      { corpus: data },
      outputs.train,
    );
    const before = bench.read(upToThere.metrics, 'metrics').values as Record<string, number>;
    const { series, values } = bench.read(metrics, 'metrics') as {
      series: Record<string, [number, number][]>;
      values: Record<string, number>;
    };
    for (const name of ['smallest', 'largest']) {
      expect(series[name]).toEqual([
        [perEpoch, before[name]],
        [2 * perEpoch, expect.any(Number)],
        [2 * perEpoch + 1, values[name]],
      ]);
    }
  });
});

describe('training that goes on', () => {
  const stream = { value: 1, stream: 'finetune' };
  const architecture = architectureOf(tinySpace, extremeGenes(tinySpace).smallest);
  const valuesOf = ({ parameters, updates }: TrainingState) => {
    const { weights, moments } = parameters.toHost();
    return { updates, tensors: [weights, moments.first, moments.second].map(arraysOf) };
  };

  /** Fine-tunes for three updates, and makes them by hand from the state that it should begin with. */
  async function follows(
    expected: TrainingState,
    from: { updates: number; epoch: number; batch: number },
    options: TrainingOptions,
    changed: object,
  ): Promise<void> {
    const batches = TrainingBatches.read(data, trainParams.maxTokens, stream);
    let progress = from;
    for (let update = 1; update <= 3; update++) {
      const { parts, cursor } = batches.next(progress, partTokens);
      trainUpdate(expected, architecture, parts, options);
      progress = { ...cursor, updates: from.updates + update };
    }
    const tuned = await bench.run(
      finetune,
      { ...finetuneParams, updates: 3, ...changed },
      { corpus: data, checkpoint: supernet.checkpoint, subnet: bench.document('subnet', { architecture }) },
      outputs.finetune,
      { stream: 'finetune' },
    );
    const end = readCheckpoint(tuned.checkpoint);
    expect(valuesOf(end.state)).toEqual(valuesOf(expected));
    expect(end.document.progress).toEqual(progress);
  }

  test('in a round of a supernet is as if it had never stopped', async () => {
    const first = await bench.run(trainSupernet, { ...trainParams, updates: 4 }, { corpus: data }, outputs.train);
    const second = await bench.run(
      trainSupernet,
      { ...trainParams, updates: 3 },
      { corpus: data, checkpoint: first.checkpoint },
      outputs.train,
    );
    const [inTwo, inOne] = [second, supernet].map(({ checkpoint }) => readCheckpoint(checkpoint));
    expect(valuesOf(inTwo.state)).toEqual(valuesOf(inOne.state));
    expect(inTwo.document.progress).toEqual(inOne.document.progress);
  });

  test("with one network has the supernet's weights, moments, rate, batches and terms", async () => {
    const { document, state } = readCheckpoint(supernet.checkpoint);
    const own = parametersOf(document.model, architecture);
    const expected: TrainingState = { config: document.model, parameters: state.parameters.cut(own), updates: 7 };
    const { learningRate, initialRate, warmup, labelSmoothing, weightDecay, clipNorm } = trainParams;
    const options = {
      schedule: { peak: learningRate, initial: initialRate, warmup },
      adam: { ...adamDefaults, weightDecay },
      loss: smoothedCrossEntropyLoss(labelSmoothing),
      clipNorm,
      seed: stream,
    };
    await follows(expected, document.progress, options, {});
  });

  test('with a checkpoint of the network itself is as if it had never stopped', async () => {
    // Dropout's streams are the stage's, and here two stages do the work of one.
    const params = { ...finetuneParams, dropout: 0, weightDropout: 0 };
    const subnet = bench.document('subnet', { architecture });
    const tune = (updates: number, checkpoint: string) =>
      bench.run(finetune, { ...params, updates }, { corpus: data, checkpoint, subnet }, outputs.finetune, {
        stream: 'finetune',
      });
    const inOne = readCheckpoint((await tune(5, supernet.checkpoint)).checkpoint);
    const inTwo = readCheckpoint((await tune(3, (await tune(2, supernet.checkpoint)).checkpoint)).checkpoint);
    expect(valuesOf(inTwo.state)).toEqual(valuesOf(inOne.state));
    expect(inTwo.document.progress).toEqual(inOne.document.progress);
  });

  test('rewound has the weights alone: first moments, schedule and batches', async () => {
    const { document, state } = readCheckpoint(supernet.checkpoint);
    const expected: TrainingState = {
      config: document.model,
      parameters: new HostParameters(state.parameters.cut(parametersOf(document.model, architecture)).toHost().weights),
      updates: 0,
    };
    const loss = smoothedCrossEntropyLoss(trainParams.labelSmoothing);
    const options = trainingOptions(document.training, loss, stream);
    await follows(expected, { updates: 0, epoch: 0, batch: 0 }, options, { rewind: true });
  });

  test('refuses the checkpoint of another network', async () => {
    const other = architectureOf(tinySpace, extremeGenes(tinySpace).largest);
    const subnetOf = (network: object) => bench.document('subnet', { architecture: network });
    const tune = (network: object, checkpoint: string) =>
      bench.run(
        finetune,
        { ...finetuneParams, updates: 1 },
        { corpus: data, checkpoint, subnet: subnetOf(network) },
        outputs.finetune,
      );
    const { checkpoint } = await tune(architecture, supernet.checkpoint);
    await expect(tune(other, checkpoint)).rejects.toMatchObject({
      name: 'StageError',
      message: expect.stringContaining('holds a single network, and another one than the subnet'),
    });
  });

  test('on other terms has those that it is given', async () => {
    const types = readCheckpoint(supernet.checkpoint).document.model.targetTypes;
    const others = { labelSmoothing: 0.2, smoothing: 'others' };
    const trained = await bench.run(
      trainSupernet,
      { ...trainParams, ...others, updates: 1, scaledDropout: true, attentionDropout: 0.1 },
      { corpus: data },
      outputs.train,
    );
    const terms = readCheckpoint(trained.checkpoint).document;
    expect(terms.model).toMatchObject({ dropout: 0.2, dropoutWidth: 16, weightDropout: 0.1, attentionDropout: 0.1 });
    expect(terms.training.labelSmoothing).toBeCloseTo((0.2 * types) / (types - 1), 12);
    const tune = async (params: object) => {
      const subnet = bench.document('subnet', { architecture });
      const { checkpoint } = await bench.run(
        finetune,
        { ...finetuneParams, updates: 1, ...params },
        { corpus: data, checkpoint: trained.checkpoint, subnet },
        outputs.finetune,
      );
      return readCheckpoint(checkpoint).document;
    };
    expect(await tune({})).toMatchObject({ model: terms.model, training: terms.training });
    const changed = await tune({
      labelSmoothing: 0.3,
      smoothing: 'others',
      dropout: 0.1,
      attentionDropout: 0,
      weightDropout: 0,
      warmup: 9,
    });
    expect(changed.model).toEqual({ ...terms.model, dropout: 0.1, attentionDropout: 0, weightDropout: 0 });
    expect(changed.training).toEqual({ ...terms.training, labelSmoothing: (0.3 * types) / (types - 1), warmup: 9 });
    expect((await tune({ labelSmoothing: 0.3 })).training.labelSmoothing).toBe(0.3);
  });
});
