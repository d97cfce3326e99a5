import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type koffi from 'koffi';
import { beamSearch } from '../../src/model/beam-search.ts';
import { adamUpdate, squaredNorm, zeroMoments } from '../../src/tensor/adam.ts';
import { gradientsOf } from '../../src/model/gradients.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { lossOf, smoothedCrossEntropyLoss } from '../../src/model/loss.ts';
import type { NativeBackend } from '../../src/tensor/engines/native/backend.ts';
import { type NativeFunction, prototypeOf } from '../../src/tensor/engines/native/signatures.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { nativeUses } from '../support/native-sources.ts';
import { randomBatch, randomSentence, randomWeights, tinyConfig, tinyStack } from '../support/network.ts';
import { describeNative } from '../support/operators/sizes.ts';

const [config, architecture] = [{ ...tinyConfig, dropout: 0.1 }, tinyStack('mixed')];
const weights = randomWeights(config, architecture);

const work = {
  training() {
    const batch = randomBatch(config, [
      [3, 4],
      [5, 2],
    ]);
    gradientsOf(
      config,
      architecture,
      weights,
      [batch],
      smoothedCrossEntropyLoss(0.1),
      () => new RandomStream(1, 'dropout'),
    );
    const [[name, parameter]] = weights.entries;
    const gradient = new Float32Array(parameter.data.length);
    squaredNorm(gradient);
    adamUpdate(name, parameter, zeroMoments(weights), parameter.shape, { gradient, scale: 1, rate: 0, update: 1 });
    const net = loadNetwork(config, architecture, weights);
    lossOf(net, batch, 0.1);
    net.dispose();
  },
  decoding() {
    const net = loadNetwork(config, architecture, weights);
    const sentence = randomSentence(config.sourceTypes, 5, new RandomStream(1, 'source'));
    beamSearch(net, [sentence], { beam: 2, lengthPenalty: 1, maxLength: 4 });
    net.dispose();
  },
};

/** Functions of the C library that run. */
function functionsOf(run: () => void): NativeFunction[] {
  const { library } = (tf.backend() as NativeBackend).calls;
  const { functions } = library;
  const called = new Set<NativeFunction>();
  library.functions = new Proxy(functions, {
    get(target, name: NativeFunction) {
      called.add(name);
      return target[name];
    },
  });
  try {
    run();
  } finally {
    library.functions = functions;
  }
  return [...called];
}

describeNative('the sources that serve', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-uses-'));
    await selectEngine('native', 1);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const purposes = ['training', 'decoding'] as const;
  test.each(purposes)('%s are a library by themselves, with all functions that it calls', (purpose) => {
    const serving = (name: string) => (nativeUses[name] ?? [purpose]).includes(purpose);
    const modules = readdirSync('native').filter((name) => name.endsWith('.c') && serving(name));
    const file = path.join(folder, `${purpose}.so`);
    // No symbol may be left to another library.
    const whole = process.platform === 'darwin' ? [] : ['-Wl,-z,defs'];
    const flags = ['-O0', '-fPIC', '-shared', '-pthread', '-DSN_ISA_PORTABLE', ...whole];
    execFileSync(process.env.CC ?? 'cc', [...flags, ...modules, '-lm', '-o', file], { cwd: 'native' });
    const library = (createRequire(import.meta.url)('koffi') as typeof koffi).load(file);
    const called = functionsOf(work[purpose]);
    expect(called.length).toBeGreaterThan(8);
    expect(called).toContain(purpose === 'training' ? 'sn_adam' : 'sn_top_log_probabilities');
    for (const name of called) expect(() => library.func(prototypeOf(name))).not.toThrow();
  });
});
