/**
 * What leaves as ONNX computes the same elsewhere: `onnx.checker` passes, ONNX Runtime in Python gives the logits of this
 * project's networks, and both examples translate a test set to the lines that the stage `bleu` wrote:
 *
 *     npm run bench onnx                                    golden networks, and random ones of each operator and norm
 *     npm run bench onnx <model> <corpus> <translations>    the examples too
 *     npm run bench onnx runs/latest/quickstart/{finetune/model,preprocess/corpus,bleu/translations}
 *
 * Prints the largest difference of logits of each network, and how many lines are equal; exit code 1 if a logit differs by
 * more than 1e-4, or a line. `onnx`, `onnxruntime` and `numpy` are set up at first, from PyPI; SHRINKNAS_PYTHON names a Python that has them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, type ModelConfig, special } from '../src/model/architecture.ts';
import type { Batch } from '../src/model/batch.ts';
import { forward } from '../src/model/forward.ts';
import { loadNetwork } from '../src/model/load-network.ts';
import { exportModel, graphsOf } from '../src/onnx/export.ts';
import { precisions } from '../src/onnx/graphs/matrices.ts';
import { selectEngine } from '../src/tensor/engines/select.ts';
import type { ParameterSet } from '../src/tensor/parameter-set.ts';
import { anyNetwork } from '../test/support/any-network.ts';
import { configOf, type NetworkCase, readCases } from '../test/support/golden/cases.ts';
import { batchOf, weightsOf } from '../test/support/golden/networks.ts';
import { randomBatch, randomWeights, stacks } from '../test/support/network.ts';
import { Peer } from './peers/peer.ts';
import { type PythonEnvironment, pythonProgram } from './peers/python.ts';

const tolerance = 1e-4;
const networksOfEach = 8;
const lengths: [number, number][] = [
  [7, 4],
  [1, 6],
  [40, 1],
  [9, 70],
];

const environment: PythonEnvironment = {
  name: 'onnx',
  packages: ['onnx', 'onnxruntime', 'numpy'],
  instead: 'SHRINKNAS_PYTHON to one that has them',
};

interface NamedNetwork {
  name: string;
  config: ModelConfig;
  architecture: Architecture;
  weights: ParameterSet;
  batch: Batch;
}

const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-onnx-'));
try {
  const equalLogits = await compareLogits([...goldenNetworks(), ...randomNetworks()]);
  const [model, corpus, translations] = process.argv.slice(2);
  const equalLines = translations === undefined || compareLines(model, corpus, translations);
  process.exitCode = equalLogits && equalLines ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function goldenNetworks(): NamedNetwork[] {
  const cases = readCases<NetworkCase>('networks.json').filter(({ kind }) => kind === 'network');
  return cases.map((c) => ({
    name: `golden ${c.name}`,
    config: configOf(c.network),
    architecture: c.network,
    weights: weightsOf(c),
    batch: batchOf(c.name, c.lengths, c.network),
  }));
}

function randomNetworks(): NamedNetwork[] {
  return stacks.flatMap((stack) =>
    fc.sample(anyNetwork(stack), { numRuns: networksOfEach, seed: 1 }).map(({ config, architecture, seed }, i) => ({
      name: `random ${stack} ${i + 1}, ${config.norm}`,
      config,
      architecture,
      weights: randomWeights(config, architecture, seed),
      batch: randomBatch(config, lengths, seed),
    })),
  );
}

async function compareLogits(networks: readonly NamedNetwork[]): Promise<boolean> {
  await selectEngine('wasm');
  const peer = Peer.python('onnx_logits.py', {}, environment);
  let equal = true;
  for (const { name, batch, ...network } of networks) {
    for (const [part, bytes] of Object.entries(graphsOf({ ...network, matrices: precisions.float32 })))
      writeFileSync(path.join(folder, `${part}.onnx`), bytes);
    const { source, input, size } = batch;
    const asked = { folder, size, source: Array.from(source), input: Array.from(input) };
    const { logits, version } = await peer.ask<{ logits: number[]; version: string }>(asked);
    const net = loadNetwork(network.config, network.architecture, network.weights);
    const ours = tf.tidy(() => forward(net, batch).dataSync());
    net.dispose();
    const isSeen = (i: number): boolean => batch.target[Math.floor(i / network.config.targetTypes)] !== special.padding;
    const largest = logits.reduce(
      (most, value, i) => (isSeen(i) ? Math.max(most, Math.abs(value - ours[i])) : most),
      0,
    );
    const isEqual = logits.length === ours.length && largest <= tolerance;
    console.log(`${isEqual ? 'equal' : 'DIFFERENT'}  ${largest.toExponential(1)}  ${name} (ONNX Runtime ${version})`);
    equal &&= isEqual;
  }
  await peer.end();
  return equal;
}

function compareLines(model: string, corpus: string, translations: string): boolean {
  const { split } = JSON.parse(readFileSync(path.join(translations, 'translations.json'), 'utf8')) as { split: string };
  const ours = linesOf(readFileSync(path.join(translations, 'hypotheses.txt'), 'utf8'));
  const input = readFileSync(path.join(corpus, `${split}.source.txt`));
  const exported = path.join(folder, 'exported');
  mkdirSync(exported);
  exportModel(model, exported, 'float32');
  const examples: [string, string][] = [
    [pythonProgram(environment), 'examples/translate_onnx.py'],
    [process.execPath, 'examples/translate-onnx.mjs'],
  ];
  return examples
    .map(([program, example]) => {
      const output = execFileSync(program, [example, exported], {
        input,
        encoding: 'utf8',
        maxBuffer: Infinity,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const theirs = linesOf(output);
      const differing = ours.flatMap((line, i) => (line === theirs[i] ? [] : [i]));
      for (const i of differing) console.log(`DIFFERENT line ${i + 1}\n  ours   ${ours[i]}\n  theirs ${theirs[i]}`);
      console.log(`${ours.length - differing.length} of ${ours.length} lines equal by ${example}`);
      return differing.length === 0 && theirs.length === ours.length;
    })
    .every((isEqual) => isEqual);
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
