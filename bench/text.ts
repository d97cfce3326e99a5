/**
 * Preprocessing beside subword-nmt and sacremoses, BLEU beside sacreBLEU, and preprocessing at size:
 *
 *     npm run bench text <folder>     # {train,valid,test}.{de,en}[.gz], untokenised; two minutes for 29,000 pairs
 *     npm run bench text size         # a synthetic corpus of 1.6 million pairs, ten times IWSLT'14, in a temporary folder
 *
 * Exits with 1 where results differ that must not. The peers come from PyPI and are set up at first, with `python3`;
 * SHRINKNAS_TEXT_PEERS names a folder that has their programs. SHRINKNAS_THREADS (2) says on how many
 * threads the whole recipe runs.
 */
import { cpus } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { CorpusError } from '../src/text/errors.ts';
import { PythonError } from './peers/python.ts';
import { ArgumentError } from './support/arguments.ts';
import { measureBatches } from './text/batches.ts';
import { compareWithPeers } from './text/compare.ts';
import { ProgramError } from './text/processes.ts';
import type { TimedPart } from './text/processes.ts';
import { measureSize } from './text/size.ts';
import { steps } from './text/steps.ts';
import { measureWhole } from './text/whole.ts';

/** What this program does in processes of its own; see bench/text/processes.ts. */
const parts: Record<`--${TimedPart}`, (...args: string[]) => unknown> = {
  '--step': (step, ...files) => steps[step](...files),
  '--whole': async (raw, corpus, threads) =>
    console.log(JSON.stringify(await measureWhole(raw, corpus, Number(threads)))),
  '--batches': (corpus) => console.log(JSON.stringify(measureBatches(corpus))),
};

/** Failures whose message says all. */
const expected = [ArgumentError, CorpusError, ProgramError, PythonError];

async function run(what: string | undefined, args: readonly string[]): Promise<number> {
  if (what === undefined) throw new ArgumentError('Usage: npm run bench text <folder of a corpus> | size');
  if (Object.hasOwn(parts, what)) {
    await parts[what as keyof typeof parts](...args);
    return 0;
  }
  const threads = readThreads(process.env.SHRINKNAS_THREADS ?? '2');
  console.log(`${cpus().length} cores of ${cpus()[0].model}, Node ${process.versions.node}`);
  if (what !== 'size') return compareWithPeers(what, threads) ? 0 : 1;
  measureSize(threads);
  return 0;
}

function readThreads(text: string): number {
  const threads = Number(text);
  if (!Number.isSafeInteger(threads) || threads < 1)
    throw new ArgumentError(`SHRINKNAS_THREADS=${text}: it must be a positive whole number.`);
  return threads;
}

// Threads that prepare text start with this same file.
if (isMainThread) {
  try {
    const [what, ...args] = process.argv.slice(2);
    process.exitCode = await run(what, args);
  } catch (error) {
    if (!expected.some((kind) => error instanceof kind)) throw error;
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
