import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StageContext } from '../../src/runner/stage.ts';
import { operators } from '../../src/model/architecture.ts';
import { zeroMoments } from '../../src/tensor/adam.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { ParameterSet } from '../../src/tensor/parameters.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import type { EncodedText } from '../../src/text/dataset.ts';
import { architectureOf, sampleGenes, type Space } from '../../src/nas/space.ts';
import { type Checkpoint, supernetParameters } from '../../stages/shared/checkpoint.ts';
import { TrainingData } from '../../stages/shared/training-data.ts';
import { runTraining } from '../../stages/shared/training-run.ts';
import { randomSentence } from '../support/network.ts';

const seed = { value: 7, stream: 'train' };
const space: Space = {
  widths: [8, 16], ratios: [1, 2], heads: [2], operators: [...operators], activations: ['relu', 'swish'],
  encoderLayers: 2, decoderLayers: [1, 2], crossHeads: [2], spans: [1, 2],
};
const folders: string[] = [];

beforeAll(async () => {
  await selectEngine('wasm');
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function text(types: number, random: RandomStream): EncodedText {
  const sentences = Array.from({ length: 30 }, () => randomSentence(types, 1 + random.integer(9), random));
  const offsets = new Uint32Array(31);
  sentences.forEach((ids, i) => (offsets[i + 1] = offsets[i] + ids.length));
  return { ids: Int32Array.from(sentences.flatMap((ids) => [...ids])), offsets };
}

function start(): Checkpoint {
  const model = { sourceTypes: 16, targetTypes: 14, kernels: [3, 5], norm: 'post' as const, dropout: 0.2, weightDropout: 0.1 };
  const weights = ParameterSet.initialise(supernetParameters(model, space), (name) => new RandomStream(1, name));
  return {
    document: {
      summary: '', languages: { source: 'de', target: 'en' }, model, space, progress: { updates: 0, epoch: 0, batch: 0 },
      training: { maxTokens: 64, learningRate: 0.01, initialRate: 0, warmup: 3, labelSmoothing: 0.1, weightDecay: 1e-4, clipNorm: 1 },
    },
    state: { config: model, weights, moments: zeroMoments(weights), updates: 0 },
  };
}

function folder(): string {
  folders.push(mkdtempSync(path.join(tmpdir(), 'shrinknas-training-')));
  return folders.at(-1)!;
}

/** Trains for 12 updates; with `failAt` something goes wrong before that update. */
function train(progress: string, failAt?: number) {
  const random = new RandomStream(3);
  const data = new TrainingData({ source: text(16, random), target: text(14, random) }, 64, seed);
  const events = { progress() {}, metric() {}, log() {} };
  return runTraining({
    context: { params: {}, inputs: {}, outputs: {}, progress, cores: 1, events } as StageContext<unknown>,
    seed, start: start(), updates: 12, data, partTokens: 40, saveEveryMs: 0,
    architectureOf(update) {
      if (update === failAt) throw new Error('power cut');
      return architectureOf(space, sampleGenes(space, new RandomStream(seed.value, 'subnet', update)));
    },
  });
}

describe('training that is cut off', () => {
  test.each([2, 7, 12])('before update %i goes on to the same bits as training that is not', (failAt) => {
    const whole = train(folder());
    const progress = folder();
    expect(() => train(progress, failAt)).toThrow('power cut');
    expect(readdirSync(progress)).toEqual([`at-${failAt - 1}`]);
    const resumed = train(progress);
    expect(resumed.losses).toEqual(whole.losses);
    expect(resumed.checkpoint.document).toEqual(whole.checkpoint.document);
    for (const [name, { data }] of whole.checkpoint.state.weights.entries) expect({ name, data: resumed.checkpoint.state.weights.get(name).data }).toEqual({ name, data });
    for (const moment of ['first', 'second'] as const) expect(resumed.checkpoint.state.moments[moment]).toEqual(whole.checkpoint.state.moments[moment]);
  });
});
