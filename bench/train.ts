/**
 * Training beside other tools, all interleaved in one run, medians of several rounds:
 *
 *     npm run bench train [part …] [option=value …]
 *
 * | part | what is measured |
 * | --- | --- |
 * | gemm | our products over OpenBLAS's sgemm, at every shape of a training step |
 * | step | a training step and a forward pass beside PyTorch's, and its rate over sgemm's |
 * | profile | where a step's time goes: each kernel beside its floor, and between kernels |
 * | memory | peak memory of a process that trains one model, and of PyTorch's |
 * | operators | a step with each of the other four operators |
 * | batch | steps on a corpus's own padded batches beside PyTorch |
 * | versions | updates of the paper's supernet beside those of another checkout (`before=FOLDER`) |
 * | engines | a small step on the other engines beside ours |
 *
 * Without a part, all of them; about 12 minutes on two cores. Options: `widths=320,160`; `threads=1,2`; `rounds=5` (or
 * ROUNDS); `data=FOLDER` (or SHRINKNAS_MULTI30K), the corpus of `batch` and `versions`, plain files as pipelines/multi30k.json5 takes
 * them; `others=tensorflow,wasm`, the engines of `engines`: `cpu` may be added, and takes minutes.
 *
 * The model is a post-norm Transformer of 6 + 6 layers, feed-forward width 2d, 4 heads, dictionaries of 8,848 and
 * 6,632, on 128 sentences of 32 tokens on each side; a step has dropout 0.1, smoothed cross-entropy, gradient norm and
 * Adam. Python with PyTorch and NumPy is SHRINKNAS_PYTHON, or set up from PyPI at first. Every candidate but our
 * products has a process of its own.
 */
import { cpus } from 'node:os';
import { FetchError } from '../src/fetch/error.ts';
import { EngineError } from '../src/tensor/engines/engine.ts';
import { CorpusError } from '../src/text/errors.ts';
import { PeerError } from './peers/peer.ts';
import { PythonError } from './peers/python.ts';
import { ArgumentError, type Options, type TrainingPart, readArguments } from './support/arguments.ts';
import { compareBatches } from './train/batch.ts';
import { compareEngines } from './train/engines.ts';
import { compareProducts } from './train/gemm.ts';
import { compareMemory } from './train/memory.ts';
import { compareOperators } from './train/operators.ts';
import { profileSteps } from './train/profile.ts';
import { compareVersions } from './train/versions.ts';
import { compareSteps } from './train/step.ts';

const programs: Record<TrainingPart, (options: Options) => Promise<void>> = {
  gemm: compareProducts,
  step: compareSteps,
  profile: profileSteps,
  memory: compareMemory,
  operators: compareOperators,
  batch: compareBatches,
  versions: compareVersions,
  engines: compareEngines,
};

/** Failures whose message says all. */
const expected = [ArgumentError, PythonError, PeerError, EngineError, FetchError, CorpusError];

try {
  const options = readArguments(process.argv.slice(2), process.env);
  console.log(`${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}`);
  for (const part of options.parts) await programs[part](options);
} catch (error) {
  if (!expected.some((kind) => error instanceof kind)) throw error;
  console.error((error as Error).message);
  process.exitCode = 2;
}
