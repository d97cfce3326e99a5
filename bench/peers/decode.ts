/** Program: this project's beam search in a process of its own, by the requests of decode.py, one a line. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import { beamSearch } from '../../src/model/beam-search.ts';
import { loadNetwork } from '../../src/model/load-network.ts';
import { type Network, packWeights } from '../../src/model/network.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { readSafetensors } from '../../src/tensor/safetensors.ts';

export interface OpenDecoding {
  do: 'open';
  /** Who is asked; this program is `ours`. */
  runtime: 'ours' | 'ctranslate2' | 'pytorch';
  /** With network.json and weights.safetensors. */
  folder: string;
  threads: number;
}

export interface TranslateBatches {
  do: 'translate';
  /** Sentences of ids, `</s>` included. */
  batches: number[][][];
  beam: number;
  minLength: number;
  maxLength: number;
}

export interface TranslatedBatches {
  /** Of each batch. */
  seconds: number[];
  /** Ids of the best hypothesis of each sentence, without `</s>`. */
  translations: number[][];
}

// An engine's notices must not get between the answers.
console.log = console.error;

let net: Network | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as OpenDecoding | TranslateBatches;
  const made = await answer(request).catch((error: Error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(made)}\n`);
}

async function answer(request: OpenDecoding | TranslateBatches): Promise<{ version: string } | TranslatedBatches> {
  if (request.do === 'open') {
    const { name, versions } = await selectEngine(process.env.SHRINKNAS_ENGINE, request.threads);
    const file = path.join(request.folder, 'network.json');
    const { config, architecture } = JSON.parse(readFileSync(file, 'utf8')) as {
      config: ModelConfig;
      architecture: Architecture;
    };
    net = loadNetwork(config, architecture, readSafetensors(path.join(request.folder, 'weights.safetensors')));
    packWeights(net);
    return { version: `${name} ${versions.decoding}` };
  }
  const { beam, minLength, maxLength } = request;
  const result: TranslatedBatches = { seconds: [], translations: [] };
  for (const batch of request.batches) {
    const sentences = batch.map((ids) => Int32Array.from(ids));
    const start = performance.now();
    const found = beamSearch(net!, sentences, { beam, minLength, maxLength, lengthPenalty: 1 });
    result.seconds.push((performance.now() - start) / 1000);
    result.translations.push(...found.map(([best]) => best.ids));
  }
  return result;
}
