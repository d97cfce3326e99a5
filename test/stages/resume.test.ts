import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import type { Space } from '../../src/nas/space.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { countSplit, encodeText, writeCorpus, type EncodedPairs } from '../../src/text/dataset.ts';
import { Dictionary } from '../../src/text/dictionary.ts';
import { RandomStream } from '../../src/tensor/random.ts';

const root = mkdtempSync(path.join(tmpdir(), 'shrinknas-resume-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
afterEach(() => {
  jest.restoreAllMocks();
});

const space: Space = {
  widths: [8, 16], ratios: [1, 2], heads: [2, 4], operators: ['attention', 'light', 'lsra-dynamic'], activations: ['relu'],
  encoderLayers: 1, decoderLayers: [1, 2], crossHeads: [2], spans: [1],
};
const settings = { learningRate: 1e-3, initialRate: 1e-7, warmup: 5, labelSmoothing: 0.1, weightDecay: 1e-4, clipNorm: 0, maxTokens: 48 };
const supernetParams = { ...settings, updates: 23, space, norm: 'post', dropout: 0.2, weightDropout: 0.1, kernels: [3, 5], validationTokens: 20 };
const finetuneParams = { updates: 23, inherit: true, averageEpochs: 2, validationTokens: 20 };

let folders = 0;
function folder(): string {
  const name = path.join(root, String(folders++));
  mkdirSync(name);
  return name;
}

/** Sentences of letters and their reversals. */
function corpus(): string {
  const random = new RandomStream(1, 'corpus');
  const pairs = (count: number) => {
    const source = Array.from({ length: count }, () => Array.from({ length: 1 + random.integer(6) }, () => random.pick([...'abcdefgh'])).join(' '));
    return { source, target: source.map((line) => [...line].reverse().join('')) };
  };
  const text = { train: pairs(60), valid: pairs(6), test: pairs(4) };
  const dictionaries = { source: Dictionary.build(text.train.source), target: Dictionary.build(text.train.target) };
  const encode = ({ source, target }: { source: string[]; target: string[] }): EncodedPairs =>
    ({ source: encodeText(source, dictionaries.source), target: encodeText(target, dictionaries.target) });
  const splits = { train: encode(text.train), valid: encode(text.valid), test: encode(text.test) };
  const name = folder();
  writeCorpus(name, {
    manifest: {
      languages: { source: 'de', target: 'en' }, recipe: 'parallel', merges: 0, lowercase: true,
      dictionary: { source: dictionaries.source.size, target: dictionaries.target.size }, rawPairs: 60, cleanedPairs: 60,
      splits: { train: countSplit(splits.train), valid: countSplit(splits.valid), test: countSplit(splits.test) },
    },
    splits, dictionaries, merges: [], text,
  });
  return name;
}

class Killed extends Error {}

type Training = typeof trainSupernet | typeof finetune;
const outputsOf = { trainSupernet: ['checkpoint', 'sampled', 'metrics'], finetune: ['checkpoint', 'model', 'metrics'] };

/** Runs a stage until the end, or until `killAt` updates; each update looks a minute long, so that each is saved. */
async function run(stage: Training, params: object, inputs: Record<string, string>, progress: string, killAt = Infinity): Promise<Record<string, string>> {
  let now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 7_000));
  const names = stage === finetune ? outputsOf.finetune : outputsOf.trainSupernet;
  const outputs = Object.fromEntries(names.map((name) => [name, folder()]));
  await stage({
    params, inputs, outputs, progress, seed: { value: 1, stream: 'stage' }, engine: 'wasm', cores: 1,
    events: {
      progress: ({ done }) => {
        if (done >= killAt) throw new Killed();
      },
      metric: () => undefined, log: () => undefined,
    },
  } as Parameters<typeof trainSupernet>[0] & Parameters<typeof finetune>[0]);
  return outputs;
}

function content(outputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(outputs).flatMap(([output, name]) =>
    readdirSync(name).sort().map((file) => [`${output}/${file}`, readFileSync(path.join(name, file)).toString('base64')])));
}

describe('a stage of training that is killed and started again', () => {
  const data = corpus();
  const supernet = folder();
  const subnet = folder();

  test('writes what an undisturbed one writes, byte for byte, wherever it was killed: the supernet', async () => {
    const whole = await run(trainSupernet, supernetParams, { corpus: data }, folder());
    cpSync(whole.checkpoint, supernet, { recursive: true });
    for (const kills of [[1], [11], [22], [5, 12, 13, 20], [23]]) {
      const progress = folder();
      for (const killAt of kills) await expect(run(trainSupernet, supernetParams, { corpus: data }, progress, killAt)).rejects.toThrow(Killed);
      const resumed = await run(trainSupernet, supernetParams, { corpus: data }, progress);
      expect(content(resumed)).toEqual(content(whole));
    }
  });

  test('writes what an undisturbed one writes, byte for byte, wherever it was killed: fine-tuning and its averages', async () => {
    writeFileSync(path.join(subnet, 'subnet.json'), JSON.stringify({ architecture: architectureOf(space, extremeGenes(space).smallest) }));
    const inputs = { corpus: data, checkpoint: supernet, subnet };
    const whole = await run(finetune, finetuneParams, inputs, folder());
    for (const kills of [[1], [9, 10], [22], [6, 15, 21]]) {
      const progress = folder();
      for (const killAt of kills) await expect(run(finetune, finetuneParams, inputs, progress, killAt)).rejects.toThrow(Killed);
      const resumed = await run(finetune, finetuneParams, inputs, progress);
      expect(content(resumed)).toEqual(content(whole));
    }
  });

  test('goes on from its last save, and does not begin again', async () => {
    const progress = folder();
    await expect(run(trainSupernet, supernetParams, { corpus: data }, progress, 15)).rejects.toThrow(Killed);
    const saves = readdirSync(progress).filter((name) => name.startsWith('at-'));
    expect(saves).toHaveLength(1);
    expect(Number(saves[0].slice(3))).toBeGreaterThan(5);
  });
});
