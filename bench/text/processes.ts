import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CorpusManifest } from '../../src/text/dataset.ts';

const packages = ['subword-nmt==0.3.8', 'sacremoses==0.2.0', 'sacrebleu==2.6.0'];

/** The folder of the peers' programs: SHRINKNAS_TEXT_PEERS, or one that is set up on first use, from PyPI, below node_modules. */
export function peerPrograms(): string {
  if (process.env.SHRINKNAS_TEXT_PEERS) return process.env.SHRINKNAS_TEXT_PEERS;
  const folder = path.resolve('node_modules/.cache/shrinknas/text-peers');
  const program = path.join(folder, 'bin/python');
  const complete = path.join(folder, 'complete');
  if (!existsSync(complete)) {
    console.error(`Installing ${packages.join(', ')} in ${folder} …`);
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
    // Written last: a half-done installation is done again.
    writeFileSync(complete, '');
  }
  return path.join(folder, 'bin');
}

/** Runs a shell command and gives its time. */
export function timeCommand(command: string): number {
  const started = performance.now();
  execFileSync('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'ignore'] });
  return (performance.now() - started) / 1000;
}

/** What a process that ran the whole recipe says: time without its start, and the most memory it held, threads included. */
export interface WholeResult {
  seconds: number;
  peakBytes: number;
  manifest: CorpusManifest;
}

/** Runs the whole recipe in a process of its own, which writes the corpus to a folder. */
export function runWhole(raw: string, corpus: string, threads: number): WholeResult {
  mkdirSync(corpus, { recursive: true });
  return runProgram('bench/text/whole.ts', [raw, corpus, String(threads)]) as WholeResult;
}

/** Runs a program of this project in a process of its own, and reads what it prints as JSON. */
export function runProgram(program: string, args: readonly string[]): unknown {
  return JSON.parse(execFileSync(process.execPath, ['scripts/run.js', program, ...args], { encoding: 'utf8' }));
}

/** Calls a function with a temporary folder, which is gone afterwards. */
export function withFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-bench-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
