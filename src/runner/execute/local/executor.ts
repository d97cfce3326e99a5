import { closeSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import { bundledProgram, nativeFolder } from '../../package-root.ts';
import { StoppedError } from '../../stage.ts';
import { describeFailure } from '../failure.ts';
import type { Job, JobEnd, JobExecutor, PartHandler } from '../job.ts';
import type { Usage } from '../usage.ts';
import { largerUsage } from '../usage.ts';
import { killKin, kinMark } from './kin.ts';
import { killGroup, stopOnAbort } from './process-group.ts';
import type { HostMessage, PartsReply } from './protocol.ts';
import { partsInProcessFlag } from './protocol.ts';
import { askToStop } from './stopping.ts';
import { watchProcesses } from './watch.ts';

export interface LocalOptions {
  /** Program that the process runs; by default the one in dist/. */
  host?: string;
  /** Options of Node.js for the process. */
  nodeOptions?: readonly string[];
  /** Executes parts in the process of the stage, for a debugger, and not as jobs. */
  partsInProcess?: boolean;
}

/**
 * Executes jobs in child processes, each the leader of its process group, so that a crash or a leak stays there and a
 * job is stopped with all that it started.
 */
export function localExecutor(options: LocalOptions = {}): JobExecutor {
  const { host = bundledProgram('stage-host'), nodeOptions = [], partsInProcess = false } = options;
  return async (job, { project, scratch, log, signal, onEvent, onParts, memory }) => {
    const { execa } = await import('execa');
    if (signal.aborted) return { status: 'interrupted' };
    const jobFile = path.join(scratch, 'job.json');
    writeFileSync(jobFile, JSON.stringify(job));
    // A descriptor of any number; execa's types know the first ones only.
    const output = log === undefined ? 'inherit' : (openSync(log, 'a') as 3);
    const mark = kinMark();
    const words = [...nodeOptions, host, jobFile, ...(partsInProcess ? [partsInProcessFlag] : [])];
    const child = execa(process.execPath, words, {
      cwd: project,
      stdio: [log === undefined ? 'inherit' : 'ignore', output, output, 'pipe', 'pipe'],
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      // Those that the plan found to load: the stage's bundle may lie anywhere.
      env: { SHRINKNAS_NATIVE: process.env.SHRINKNAS_NATIVE || nativeFolder, ...devicesOf(job), ...mark },
    });
    if (output !== 'inherit') closeSync(output);
    const group = child.pid;
    const replies = child.stdio[4] as unknown as Writable;
    // A process that ends needs no answer any more.
    replies.on('error', () => undefined);
    let end: Extract<HostMessage, { type: 'end' }> | undefined;
    const reading = readMessages(child.stdio[3] as Readable, (message) => {
      if (message.type === 'end') end = message;
      else if (message.type === 'parts') void answer(message, onParts, replies, scratch);
      else onEvent(message);
    });
    const watch = watchProcesses(group, memory);
    const kill = () => killGroup(group, 'SIGKILL');
    memory.exceeded.addEventListener('abort', kill, { once: true });
    if (memory.exceeded.aborted) kill();
    const stop = stopOnAbort(group, signal, () => askToStop(scratch));
    const result = await child;
    stop.cancel();
    memory.exceeded.removeEventListener('abort', kill);
    killGroup(group, 'SIGKILL');
    killKin(mark);
    await reading;
    const usage = largerUsage(watch.stop(), end ?? {});
    if (end?.status !== 'succeeded' && memory.exceeded.aborted)
      return { status: 'failed', message: memory.message, ...usage };
    return endOf(end, result, signal.aborted, usage);
  };
}

/** Which graphics processors CUDA shows to a job that was given some; one that asked for none sees what this process does. */
function devicesOf({ resources: { gpus = [] } }: Job): NodeJS.ProcessEnv {
  return gpus.length === 0 ? {} : { CUDA_VISIBLE_DEVICES: gpus.join(',') };
}

/** What came of a process, by what it told and how it ended. */
function endOf(told: JobEnd | undefined, result: ProcessResult, wasStopped: boolean, usage: Usage): JobEnd {
  if (told?.status === 'interrupted' || (wasStopped && told === undefined)) return { status: 'interrupted', ...usage };
  if (told?.status === 'failed') return { status: 'failed', message: told.message, ...stackOf(told), ...usage };
  if (told !== undefined && result.exitCode === 0) {
    return { status: 'succeeded', ...(told.result === undefined ? {} : { result: told.result }), ...usage };
  }
  return { status: 'failed', message: `${describeExit(result)}${describePeak(usage.peakMemoryBytes)}`, ...usage };
}

function stackOf({ stack }: Extract<JobEnd, { status: 'failed' }>): { stack?: string } {
  return stack === undefined ? {} : { stack };
}

async function readMessages(stream: Readable, onMessage: (message: HostMessage) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    const message = parseMessage(line);
    if (message !== undefined) onMessage(message);
  }
}

/** The last line of a killed process may be a part of one. */
function parseMessage(line: string): HostMessage | undefined {
  try {
    return JSON.parse(line) as HostMessage;
  } catch {
    return undefined;
  }
}

type PartsMessage = Extract<HostMessage, { type: 'parts' }>;

async function answer(message: PartsMessage, onParts: PartHandler, replies: Writable, scratch: string): Promise<void> {
  const { id, name, params, options } = message;
  const reply: PartsReply = await onParts({ name, params, options }).then(
    (results) => ({ id, results }),
    (error: unknown) => ({
      id,
      error: describeFailure(error, [scratch]).message,
      ...(error instanceof StoppedError ? { stopped: true } : {}),
    }),
  );
  replies.write(`${JSON.stringify(reply)}\n`);
}

const likelyCauses: Record<string, string> = {
  SIGKILL: ' (out of memory?)',
  // V8 aborts when its heap is full; the log has its report.
  SIGABRT: ' (if the log says "heap out of memory", NODE_OPTIONS=--max-old-space-size=MIB allows more)',
};

interface ProcessResult {
  exitCode?: number;
  signal?: string;
  message?: string;
}

function describeExit(result: ProcessResult): string {
  if (result.signal !== undefined) return `killed by ${result.signal}${likelyCauses[result.signal] ?? ''}`;
  if (result.exitCode !== undefined) {
    return `its process exited with code ${result.exitCode} before the stage was finished`;
  }
  return `its process did not start: ${result.message ?? 'unknown reason'}`;
}

function describePeak(bytes: number): string {
  return bytes === 0 ? '' : `, peak memory ${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
