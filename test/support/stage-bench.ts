import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from '@jest/globals';
import type { Part, Stage, StageContext } from '../../src/runner/stage.ts';
import type { Space } from '../../src/nas/space.ts';
import type { Merge } from '../../src/text/bpe/merge.ts';
import { countSplit, encodeText, writeCorpus, type EncodedPairs } from '../../src/text/dataset.ts';
import { Dictionary } from '../../src/text/dictionary.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { directParts } from './parts.ts';

export class Killed extends Error {}

export const tinySpace: Space = {
  widths: [8, 16],
  ratios: [1, 2],
  heads: [2, 4],
  operators: ['attention', 'light', 'lsra-dynamic'],
  activations: ['relu'],
  encoderLayers: 1,
  decoderLayers: [1, 2],
  crossHeads: [2],
  spans: [1],
};
const settings = {
  learningRate: 1e-3,
  initialRate: 1e-7,
  warmup: 5,
  labelSmoothing: 0.1,
  weightDecay: 1e-4,
  clipNorm: 0,
  maxTokens: 48,
};
export const trainParams = {
  ...settings,
  updates: 23,
  space: tinySpace,
  norm: 'post',
  dropout: 0.2,
  weightDropout: 0.1,
  kernels: [3, 5],
  unshared: [],
  teacher: 'none',
  cornerCounts: false,
  validationTokens: 20,
};
export const exploreParams = {
  strategy: 'evolution',
  population: 10,
  iterations: 1,
  parents: 0.3,
  mutants: 0.4,
  crossovers: 0.3,
  mutationProbability: 0.4,
  adaptUpdates: 0,
  validationTokens: 20,
  labelSmoothing: 0.1,
  penalty: 1,
};
export const finetuneParams = { updates: 23, inherit: true, rewind: false, averageEpochs: 2, validationTokens: 20 };

/** Runs stages by themselves, in temporary folders that go after the tests of the file. */
export class StageBench {
  private readonly root = mkdtempSync(path.join(tmpdir(), 'shrinknas-stages-'));
  private folders = 0;

  constructor() {
    afterAll(() => rmSync(this.root, { recursive: true, force: true }));
  }

  folder(): string {
    const name = path.join(this.root, String(this.folders++));
    mkdirSync(name);
    return name;
  }

  /** An artifact of nothing but a document. */
  document(type: string, content: object): string {
    const folder = this.folder();
    writeFileSync(path.join(folder, `${type}.json`), JSON.stringify(content));
    return folder;
  }

  /** Sentences of letters and their reversals. */
  corpus({
    letters = 'abcdefgh',
    valid = 6,
    languages = { source: 'de', target: 'en' },
    lowercase = true,
    merges = [] as Merge[],
  } = {}): string {
    const random = new RandomStream(1, 'corpus');
    const pairs = (count: number) => {
      const source = Array.from({ length: count }, () =>
        Array.from({ length: 1 + random.integer(6) }, () => random.pick([...letters])).join(' '),
      );
      return { source, target: source.map((line) => [...line].reverse().join('')) };
    };
    const text = { train: pairs(60), valid: pairs(valid), test: pairs(4) };
    const dictionaries = { source: Dictionary.build(text.train.source), target: Dictionary.build(text.train.target) };
    const encode = ({ source, target }: { source: string[]; target: string[] }): EncodedPairs => ({
      source: encodeText(source, dictionaries.source),
      target: encodeText(target, dictionaries.target),
    });
    const splits = { train: encode(text.train), valid: encode(text.valid), test: encode(text.test) };
    const folder = this.folder();
    writeCorpus(folder, {
      manifest: {
        languages,
        recipe: 'parallel',
        merges: merges.length,
        lowercase,
        dictionary: { source: dictionaries.source.size, target: dictionaries.target.size },
        rawPairs: 60,
        cleanedPairs: 60,
        splits: { train: countSplit(splits.train), valid: countSplit(splits.valid), test: countSplit(splits.test) },
      },
      splits,
      dictionaries,
      merges,
      text,
    });
    return folder;
  }

  /**
   * Runs a stage until its end, or until its progress says `killAt`, or `stopAt`, when it is asked to stop; gives the
   * folders of its outputs. `parts` are its module's.
   */
  async run<Params>(
    stage: Stage<Params>,
    params: object,
    inputs: Record<string, string>,
    outputs: string[],
    {
      progress = this.folder(),
      killAt = Infinity,
      stopAt = Infinity,
      engine = 'wasm',
      stream = 'stage',
      parts = {} as Record<string, Part>,
      gathered = {} as StageContext['gathered'],
      log = (_message: string, _level?: 'info' | 'warning'): void => undefined,
    } = {},
  ): Promise<Record<string, string>> {
    const folders = Object.fromEntries(outputs.map((name) => [name, this.folder()]));
    let stopping = false;
    const context = {
      params,
      inputs,
      gathered,
      outputs: folders,
      progress,
      seed: { value: 1, stream },
      engine,
      cores: 1,
      isStopping: () => stopping,
      events: {
        progress: ({ done }: { done: number }) => {
          if (done >= killAt) throw new Killed();
          stopping ||= done >= stopAt;
        },
        metric: () => undefined,
        log,
        engine: () => undefined,
      },
    };
    await stage({ ...context, parts: directParts(parts, context) } as StageContext<unknown> as StageContext<Params>);
    return folders;
  }

  read(folder: string, type: string): Record<string, unknown> {
    return JSON.parse(readFileSync(path.join(folder, `${type}.json`), 'utf8')) as Record<string, unknown>;
  }
}
