/**
 * Training leaks nothing: npm run prove leaks [updates=2000] [engine=native] [norm=post] [subnets=N]
 *
 * Trains the paper's supernet, with the dictionaries of IWSLT'14 German-English, on random subnets and batches of
 * several shapes, and prints what is alive after every twentieth part. Tensors and their bytes must be the same after
 * every update. JavaScript's heap, its arrays and resident memory, after a garbage collection, may not grow over the
 * second half: by then engines have met every shape and hold what they use again. In a short proof they have not, unless
 * `subnets` says how many random ones take turns.
 */
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { type Batch, collate } from '../../src/model/batch.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { architectureOf, paperSpace, sampleGenes } from '../../src/nas/space.ts';
import { supernetParameters } from '../../src/nas/supernet.ts';
import { smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { EngineError } from '../../src/tensor/engines/engine.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { trainingOptions } from '../../src/training/options.ts';

const norms = ['post', 'pre'] as const;
/** With every kind of dropout, since each keeps masks for the backward pass. */
const config: Omit<ModelConfig, 'norm'> = {
  sourceTypes: 8848,
  targetTypes: 6632,
  kernels: [3, 7, 15, 31, 31, 31],
  dropout: 0.2,
  weightDropout: 0.1,
  attentionDropout: 0.1,
};
const settings = {
  maxTokens: 4096,
  learningRate: 5e-4,
  initialRate: 1e-7,
  warmup: 10_000,
  labelSmoothing: 0.1,
  weightDecay: 1e-4,
  clipNorm: 0,
};
const seed = { value: 1, stream: 'leaks' };
/** Sentences, source and target tokens of each: few, since the model is what is at its real size. */
const shapes = [
  [2, 11, 9],
  [1, 40, 36],
  [8, 5, 7],
  [4, 17, 16],
] as const;
/**
 * Bytes that a trend over the second half may come to: engines hold more or less for the next
 * update, and pages come and go.
 */
const tolerances = { heap: 0.5e6, arrays: 3e6, resident: 20e6 };

interface Reading {
  update: number;
  tensors: number;
  bytes: number;
  /** Bytes. */
  heap: number;
  arrays: number;
  resident: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Each update has sentences of its own. */
function batchOf(update: number): Batch {
  const random = new RandomStream(seed.value, seed.stream, 'batch', update);
  const [size, source, target] = shapes[update % shapes.length];
  const sentences = (length: number, types: number) =>
    Array.from({ length: size }, () =>
      Int32Array.from({ length }, (_, i) => (i === length - 1 ? 2 : 4 + random.integer(types - 4))),
    );
  return collate(sentences(source, config.sourceTypes), sentences(target, config.targetTypes));
}

function read(update: number): Reading {
  // Arrays that the first finds dead are given back when the second begins.
  collectGarbage();
  collectGarbage();
  const { numTensors, numBytes } = tf.memory();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { update, tensors: numTensors, bytes: numBytes, heap: heapUsed, arrays: arrayBuffers, resident: rss };
}

/** Growth from the first to the last by the line of least squares. */
function trend(values: readonly number[]): number {
  const n = values.length;
  const meanAt = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const [above, below] = values.reduce(
    ([a, b], value, i) => [a + (i - meanAt) * (value - mean), b + (i - meanAt) ** 2],
    [0, 0],
  );
  return (above / below) * (n - 1);
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);

async function prove(
  updates: number,
  engineName: string,
  norm: ModelConfig['norm'],
  subnets: number,
): Promise<boolean> {
  const {
    name,
    versions: { training: version },
    threads,
  } = await selectEngine(engineName);
  console.log(
    `${updates} updates of the paper's supernet, ${norm}-normalised, on ${name} `
      + `${version}${threads === undefined ? '' : `, ${threads} thread(s)`}`,
  );
  const model = { ...config, norm };
  const weights = ParameterSet.initialise(
    supernetParameters(model, paperSpace),
    (parameter) => new RandomStream(seed.value, seed.stream, 'initial', parameter),
  );
  const state = { config: model, parameters: new HostParameters(weights), updates: 0 };
  const options = trainingOptions(settings, smoothedCrossEntropyLoss(settings.labelSmoothing), seed);
  const every = Math.max(1, Math.floor(updates / 20));
  const readings: Reading[] = [];
  const started = Date.now();
  const start = read(0);
  const leaks: string[] = [];
  console.log(' updates  seconds  tensors  tensor bytes  heap MB  arrays MB  resident MB');
  while (state.updates < updates) {
    const update = state.updates + 1;
    trainUpdate(
      state,
      architectureOf(
        paperSpace,
        sampleGenes(paperSpace, new RandomStream(seed.value, seed.stream, 'subnet', update % subnets)),
      ),
      [batchOf(update)],
      options,
    );
    const { numTensors, numBytes } = tf.memory();
    if (numTensors !== start.tensors || numBytes !== start.bytes)
      leaks.push(`update ${update} left ${numTensors - start.tensors} tensors of ${numBytes - start.bytes} bytes`);
    if (update % every === 0) {
      const reading = read(update);
      readings.push(reading);
      console.log(
        [
          [update, 8],
          [((Date.now() - started) / 1000).toFixed(0), 9],
          [reading.tensors, 9],
          [reading.bytes, 14],
          [megabytes(reading.heap), 9],
          [megabytes(reading.arrays), 11],
          [megabytes(reading.resident), 13],
        ]
          .map(([value, width]) => String(value).padStart(width as number))
          .join(''),
      );
    }
  }
  const second = readings.slice(Math.floor(readings.length / 2));
  const spanned = second.at(-1)!.update - second[0].update;
  const flat = (Object.keys(tolerances) as (keyof typeof tolerances)[]).map((kind) => {
    const growth = trend(second.map((reading) => reading[kind]));
    console.log(
      `${kind} over the second half: ${megabytes(growth)} MB by the trend, `
        + `${(growth / spanned / 1e3).toFixed(2)} kB an update; `
        + `at most ${megabytes(tolerances[kind])} MB are taken for flat`,
    );
    return growth <= tolerances[kind];
  });
  leaks.slice(0, 5).forEach((leak) => console.log(leak));
  return leaks.length === 0 && flat.every(Boolean);
}

const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=')));
const updates = Number(given.updates ?? 2000);
const subnets = Number(given.subnets ?? Infinity);
const norm = norms.find((name) => name === (given.norm ?? 'post'));
if (
  !(Number.isInteger(updates) && updates >= 8)
  || !norm
  || !(subnets >= 1)
  || Object.keys(given).some((key) => !['updates', 'engine', 'norm', 'subnets'].includes(key))
) {
  console.error(
    'Give updates=<whole number, at least 8>, engine=<name>, norm=post or norm=pre, subnets=<number>, or nothing.',
  );
  process.exit(2);
}
try {
  const flat = await prove(updates, given.engine ?? 'native', norm, subnets);
  console.log(flat ? 'nothing leaks' : 'memory is not flat');
  process.exitCode = flat ? 0 : 1;
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
