/**
 * Training leaks nothing: npm run prove leaks [updates=2000] [engine=native]
 *
 * Trains the paper's supernet, with the dictionaries of IWSLT'14 German-English, on random subnets and batches of several shapes, and
 * prints what is alive after every twentieth part. Tensors and their bytes must be the same after every update; resident memory, after
 * a garbage collection, may not grow over the second half: by then engines have met every shape and hold what they use again.
 */
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../src/model/architecture.ts';
import { type Batch, collate } from '../../src/model/batch.ts';
import { trainUpdate } from '../../src/model/trainer.ts';
import { architectureOf, paperSpace, sampleGenes } from '../../src/nas/space.ts';
import { supernetParameters } from '../../src/nas/supernet.ts';
import { zeroMoments } from '../../src/tensor/adam.ts';
import { EngineError } from '../../src/tensor/engines/engine.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameters.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { trainingOptions } from '../../stages/shared/checkpoint.ts';

const config: ModelConfig = { sourceTypes: 8848, targetTypes: 6632, kernels: [3, 7, 15, 31, 31, 31], norm: 'post', dropout: 0.2, weightDropout: 0.1 };
const settings = { maxTokens: 4096, learningRate: 5e-4, initialRate: 1e-7, warmup: 10_000, labelSmoothing: 0.1, weightDecay: 1e-4, clipNorm: 0 };
const seed = { value: 1, stream: 'leaks' };
/** Sentences, source and target tokens of each: few, since the model is what is at its real size. */
const shapes = [[2, 11, 9], [1, 40, 36], [8, 5, 7], [4, 17, 16]] as const;
/** Part of resident memory that its trend over the second half may come to: page and heap bookkeeping. */
const tolerance = 0.03;

interface Reading {
  update: number;
  tensors: number;
  bytes: number;
  resident: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Each update has sentences of its own. */
function batchOf(update: number): Batch {
  const random = new RandomStream(seed.value, seed.stream, 'batch', update);
  const [size, source, target] = shapes[update % shapes.length];
  const sentences = (length: number, types: number) =>
    Array.from({ length: size }, () => Int32Array.from({ length }, (_, i) => (i === length - 1 ? 2 : 4 + random.integer(types - 4))));
  return collate(sentences(source, config.sourceTypes), sentences(target, config.targetTypes));
}

function read(update: number): Reading {
  collectGarbage();
  const { numTensors, numBytes } = tf.memory();
  return { update, tensors: numTensors, bytes: numBytes, resident: process.memoryUsage.rss() };
}

/** Growth over all readings by the line of least squares. */
function trend(readings: readonly Reading[]): number {
  const n = readings.length;
  const meanAt = (n - 1) / 2;
  const mean = readings.reduce((sum, { resident }) => sum + resident, 0) / n;
  const [above, below] = readings.reduce(([a, b], { resident }, i) => [a + (i - meanAt) * (resident - mean), b + (i - meanAt) ** 2], [0, 0]);
  return (above / below) * (n - 1);
}

async function prove(updates: number, engineName: string): Promise<boolean> {
  const { name, version, threads } = await selectEngine(engineName);
  console.log(`${updates} updates of the paper's supernet on ${name} ${version}${threads === undefined ? '' : `, ${threads} thread(s)`}`);
  const weights = ParameterSet.initialise(supernetParameters(config, paperSpace), (parameter) => new RandomStream(seed.value, seed.stream, 'initial', parameter));
  const state = { config, weights, moments: zeroMoments(weights), updates: 0 };
  const options = trainingOptions(settings, seed);
  const every = Math.max(1, Math.floor(updates / 20));
  const readings: Reading[] = [];
  const started = Date.now();
  const start = read(0);
  const leaks: string[] = [];
  console.log(' updates  seconds  tensors  tensor bytes  resident MB');
  while (state.updates < updates) {
    const update = state.updates + 1;
    trainUpdate(state, architectureOf(paperSpace, sampleGenes(paperSpace, new RandomStream(seed.value, seed.stream, 'subnet', update))), [batchOf(update)], options);
    const { numTensors, numBytes } = tf.memory();
    if (numTensors !== start.tensors || numBytes !== start.bytes) leaks.push(`update ${update} left ${numTensors - start.tensors} tensors of ${numBytes - start.bytes} bytes`);
    if (update % every === 0) {
      const reading = read(update);
      readings.push(reading);
      console.log([[update, 8], [((Date.now() - started) / 1000).toFixed(0), 9], [reading.tensors, 9], [reading.bytes, 14], [(reading.resident / 1e6).toFixed(0), 13]]
        .map(([value, width]) => String(value).padStart(width as number)).join(''));
    }
  }
  const second = readings.slice(Math.floor(readings.length / 2));
  const growth = trend(second);
  const allowed = tolerance * second[0].resident;
  console.log(`resident memory over the second half: ${(growth / 1e6).toFixed(1)} MB by its trend; at most ${(allowed / 1e6).toFixed(1)} MB are taken for flat`);
  leaks.slice(0, 5).forEach((leak) => console.log(leak));
  return leaks.length === 0 && growth <= allowed;
}

const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=')));
const updates = Number(given.updates ?? 2000);
if (!(Number.isInteger(updates) && updates >= 8) || Object.keys(given).some((key) => key !== 'updates' && key !== 'engine')) {
  console.error('Give updates=<whole number, at least 8>, engine=<name>, or nothing.');
  process.exit(2);
}
try {
  const flat = await prove(updates, given.engine ?? 'native');
  console.log(flat ? 'nothing leaks' : 'memory is not flat');
  process.exitCode = flat ? 0 : 1;
} catch (error) {
  if (!(error instanceof EngineError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
