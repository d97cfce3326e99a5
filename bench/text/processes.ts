import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { programsOf } from '../peers/python.ts';
import type { BatchesResult } from './batches.ts';
import type { WholeResult } from './whole.ts';

/** A program of a comparison that does not start, or fails. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** The folder of the peers' programs: SHRINKNAS_TEXT_PEERS, or one of our own. */
export function peerPrograms(): string {
  return (
    process.env.SHRINKNAS_TEXT_PEERS
    || programsOf({
      name: 'text-peers',
      packages: ['subword-nmt==0.3.8', 'sacremoses==0.2.0', 'sacrebleu==2.6.0'],
      instead: 'SHRINKNAS_TEXT_PEERS to the folder of their programs',
    })
  );
}

/** What bench/text.ts does in processes of its own. */
export type TimedPart = 'step' | 'whole' | 'batches';

/** Where a program reads and writes, if it does. */
export interface Streams {
  input?: string;
  output?: string;
}

/** Runs a program between files, and gives the seconds that it took, start and end included. */
export function timeProgram(program: string, args: readonly string[], { input, output }: Streams = {}): number {
  const opened: number[] = [];
  const open = (file: string | undefined, flags: string): number | 'ignore' => {
    if (file === undefined) return 'ignore';
    opened.push(openSync(file, flags));
    return opened.at(-1)!;
  };
  try {
    const stdio = [open(input, 'r'), open(output, 'w'), 'pipe'] as const;
    const started = performance.now();
    // Progress bars may write much to the third.
    execFileSync(program, args, { stdio: [...stdio], maxBuffer: Infinity });
    return (performance.now() - started) / 1000;
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: Buffer };
    const said = stderr?.toString('utf8').trim().split('\n').slice(-3).join('\n') || message;
    throw new ProgramError(`${[program, ...args].join(' ')} failed:\n${said}`, { cause });
  } finally {
    opened.forEach(closeSync);
  }
}

/** Times a part of our own work as a peer is timed: in a process of its own, between files. */
export function timeOurs(part: TimedPart, args: readonly string[], streams: Streams = {}): number {
  return timeProgram(process.execPath, [...ownProgram(part), ...args], streams);
}

/** Runs the whole recipe in a process of its own, which writes the corpus to a folder. */
export function runWhole(raw: string, corpus: string, threads: number): WholeResult {
  return runOurs('whole', [raw, corpus, String(threads)]) as WholeResult;
}

/** Makes the batches of a corpus in a process of its own. */
export function runBatches(corpus: string): BatchesResult {
  return runOurs('batches', [corpus]) as BatchesResult;
}

function runOurs(part: TimedPart, args: readonly string[]): unknown {
  return JSON.parse(
    execFileSync(process.execPath, [...ownProgram(part), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

/** This very file, which does a part of its work when it is called so. */
function ownProgram(part: TimedPart): string[] {
  return [process.argv[1], `--${part}`];
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
