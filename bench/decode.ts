/**
 * Beam search beside CTranslate2 and PyTorch with caches: float32, beam 5, in turn.
 *
 *     npm run bench decode                        a Transformer of width 172 with random weights, sentences of 23 tokens
 *     npm run bench decode <model> <corpus>       a Transformer by itself, the corpus's test set
 *     ROUNDS=9 THREADS=2 SENTENCES=64 npm run bench decode
 *
 * A model must have what CTranslate2's Transformer has: attention in all layers with as many heads everywhere, post-norm, spans of 1, and
 * ReLU. Prints sentences and tokens a second at batch 64 and 1, the median time of a sentence, ratios to ours, and how many translations are
 * ours. CTranslate2 ranks what reaches the greatest length without the cost of ending there, so with random weights, where all do, some
 * differ. SHRINKNAS_PYTHON names a Python with torch, numpy, safetensors and ctranslate2; without it, they are set up at first, from PyPI.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readModelWeights } from '../src/artifacts/model.ts';
import type { Architecture, ModelConfig } from '../src/model/architecture.ts';
import { parametersOf } from '../src/model/parameters.ts';
import { ParameterSet } from '../src/tensor/parameter-set.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { writeSafetensors } from '../src/tensor/safetensors.ts';
import { readSource } from '../src/translation/source.ts';
import type { OpenDecoding, TranslateBatches, TranslatedBatches } from './peers/decode.ts';
import { Peer, PeerError } from './peers/peer.ts';
import { PythonError, type PythonEnvironment } from './peers/python.ts';
import { interleave } from './support/interleave.ts';
import { iwsltTypes, modelOf, randomBatch } from './support/model.ts';
import { median } from './support/statistics.ts';

const rounds = Number(process.env.ROUNDS ?? 5);
const threads = Number(process.env.THREADS ?? 1);
const batchSizes = [64, 1];
/** Of the random network: the average of IWSLT'14. */
const tokens = 23;
const randomSentences = Number(process.env.SENTENCES ?? 128);
const search = { beam: 5, minLength: 1, maxLength: 200 };
const names = ['ours', 'ctranslate2', 'pytorch'] as const;
type RuntimeName = (typeof names)[number];

const environment: PythonEnvironment = {
  name: 'decoding',
  packages: ['torch', 'numpy', 'safetensors', 'ctranslate2'],
  instead: 'SHRINKNAS_PYTHON to one that has them',
};

interface Task extends Pick<TranslateBatches, 'minLength' | 'maxLength'> {
  config: ModelConfig;
  architecture: Architecture;
  weights: ParameterSet;
  sentences: number[][];
}

const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-decode-'));
try {
  await compare(taskOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof PeerError || error instanceof PythonError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function taskOf([model, corpus]: string[]): Task {
  if (model === undefined) return randomTask();
  if (corpus === undefined) {
    console.error('Usage: npm run bench decode [<model folder> <corpus folder>]');
    process.exit(2);
  }
  const { document, weights } = readModelWeights(model);
  checkPlain(document.model, document.architecture);
  const sentences = readSource(corpus, 'test').map((ids) => Array.from(ids));
  return { config: document.model, architecture: document.architecture, weights, sentences, ...search };
}

/** A search that goes on to the same step for all, whatever random weights say. */
function randomTask(): Task {
  const { config, architecture } = modelOf({ width: 172, operator: 'attention', types: iwsltTypes });
  const weights = ParameterSet.initialise(parametersOf(config, architecture), (name) => new RandomStream(1, name));
  const { source } = randomBatch(randomSentences, tokens, iwsltTypes);
  const sentences = Array.from({ length: randomSentences }, (_, i) =>
    Array.from(source.subarray(i * tokens, (i + 1) * tokens)),
  );
  return { config, architecture, weights, sentences, minLength: tokens - 1, maxLength: tokens - 1 };
}

function checkPlain({ norm, positionsWidth }: ModelConfig, { encoder, decoder, attentionWidth }: Architecture): void {
  const layers = [...encoder.layers, ...decoder.layers];
  const heads = new Set([...layers.map((layer) => layer.heads), ...decoder.layers.map((layer) => layer.crossHeads)]);
  const isPlain =
    norm === 'post'
    && positionsWidth === undefined
    && attentionWidth === undefined
    && encoder.width === decoder.width
    && heads.size === 1
    && layers.every(({ operator, activation }) => operator === 'attention' && activation === 'relu')
    && decoder.layers.every(({ span }) => span === 1);
  if (isPlain) return;
  console.error('CTranslate2 has no such network: name a Transformer by itself, post-norm, or none.');
  process.exit(2);
}

async function compare({ config, architecture, weights, sentences, ...lengths }: Task): Promise<void> {
  writeFileSync(path.join(folder, 'network.json'), JSON.stringify({ config, architecture }));
  writeSafetensors(path.join(folder, 'weights.safetensors'), weights);
  const peers: Record<RuntimeName, Peer> = {
    ours: Peer.node('decode.ts'),
    ctranslate2: Peer.python('decode.py', {}, environment),
    pytorch: Peer.python('decode.py', {}, environment),
  };
  for (const name of names) {
    const opened: OpenDecoding = { do: 'open', runtime: name, folder, threads };
    const { version } = await peers[name].ask<{ version: string }>(opened);
    console.log(`${name.padEnd(12)} ${version}`);
  }
  const byLength = [...sentences].sort((a, b) => a.length - b.length);
  for (const size of batchSizes) {
    const batches = Array.from({ length: Math.ceil(byLength.length / size) }, (_, i) =>
      byLength.slice(i * size, (i + 1) * size),
    );
    const request: TranslateBatches = { do: 'translate', batches, beam: search.beam, ...lengths };
    const translations = {} as Record<RuntimeName, number[][]>;
    const latencies: Record<RuntimeName, number[]> = { ours: [], ctranslate2: [], pytorch: [] };
    const measured = await interleave(
      Object.fromEntries(
        names.map((name) => [
          name,
          async () => {
            const made = await peers[name].ask<TranslatedBatches>(request);
            translations[name] = made.translations;
            latencies[name].push(...made.seconds);
            return made.seconds.reduce((sum, seconds) => sum + seconds, 0);
          },
        ]),
      ) as Record<RuntimeName, () => Promise<number>>,
      rounds,
    );
    console.log(
      `\nbatch ${Math.min(size, byLength.length)}, ${byLength.length} sentences, ${threads} thread${threads === 1 ? '' : 's'}, median of ${rounds}`,
    );
    const own = median(measured.ours);
    for (const name of names) {
      const seconds = median(measured[name]);
      const said = translations[name].reduce((sum, ids) => sum + ids.length + 1, 0);
      const equal = translations[name].filter((ids, i) => ids.join() === translations.ours[i].join()).length;
      console.log(
        [
          name.padEnd(12),
          `${(byLength.length / seconds).toFixed(1)} sentences/s`,
          `${Math.round(said / seconds)} tokens/s`,
          `${(1000 * median(latencies[name])).toFixed(1)} ms a batch`,
          `${(own / seconds).toFixed(2)} × ours`,
          `${equal} of ${byLength.length} translations as ours`,
        ].join('  '),
      );
    }
  }
  for (const peer of Object.values(peers)) await peer.end();
}
