import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { bundledProgram, nativeFolder } from '../package-root.ts';
import { hasCode } from '../store/files.ts';
import type { HostEvent, StageEnd, StageExecutor } from './job.ts';

/** Time for a stage to end by itself when it is told to. */
const graceMilliseconds = 10_000;

const memorySampleMilliseconds = 500;

/**
 * Executes stages in processes of their own, each the leader of its process group, so that a crash or a leak stays there and a
 * stage is stopped with all that it started.
 * @param host program that the process runs; by default the one in dist/
 */
export function childExecutor(host = bundledProgram('stage-host')): StageExecutor {
  return async (job, { project, scratch, log, signal, onEvent }) => {
    const { execa } = await import('execa');
    if (signal.aborted) return { status: 'interrupted' };
    const jobFile = path.join(scratch, 'job.json');
    writeFileSync(jobFile, JSON.stringify(job));
    // A descriptor of any number; execa's types know the first ones only.
    const output = log === undefined ? 'inherit' : openSync(log, 'a') as 3;
    const child = execa(process.execPath, [host, jobFile], {
      cwd: project, stdio: [log === undefined ? 'inherit' : 'ignore', output, output, 'pipe'],
      detached: true, cleanup: false, reject: false, buffer: false,
      // Those that the plan found to load: the stage's bundle may lie anywhere.
      env: { SHRINKNAS_NATIVE: process.env.SHRINKNAS_NATIVE || nativeFolder },
    });
    if (output !== 'inherit') closeSync(output);
    const group = child.pid;
    let end: Extract<HostEvent, { type: 'done' | 'failed' }> | undefined;
    const reading = readEvents(child.stdio[3] as Readable, (event) => {
      if (event.type === 'done' || event.type === 'failed') end = event;
      else onEvent(event);
    });
    const memory = watchMemory(group);
    const stop = stopOnAbort(group, signal);
    const result = await child;
    stop.cancel();
    killGroup(group, 'SIGKILL');
    await reading;
    const peakMemoryBytes = Math.max(memory.stop(), end?.peakMemoryBytes ?? 0);
    if (signal.aborted && end?.type !== 'done') return { status: 'interrupted' };
    if (end?.type === 'failed') return { ...end, status: 'failed', peakMemoryBytes } satisfies StageEnd;
    if (end?.type === 'done' && result.exitCode === 0) return { status: 'succeeded', peakMemoryBytes };
    return { status: 'failed', message: `${describeExit(result)}${describePeak(peakMemoryBytes)}`, peakMemoryBytes };
  };
}

async function readEvents(stream: Readable, onEvent: (event: HostEvent) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    const event = parseEvent(line);
    if (event !== undefined) onEvent(event);
  }
}

/** The last line of a killed process may be a part of one. */
function parseEvent(line: string): HostEvent | undefined {
  try {
    return JSON.parse(line) as HostEvent;
  } catch {
    return undefined;
  }
}

const likelyCauses: Record<string, string> = {
  SIGKILL: ' (out of memory?)',
  // V8 aborts when its heap is full; the log has its report.
  SIGABRT: ' (if the log says "heap out of memory", NODE_OPTIONS=--max-old-space-size=MIB allows more)',
};

function describeExit(result: { exitCode?: number; signal?: string; message?: string }): string {
  if (result.signal !== undefined) return `killed by ${result.signal}${likelyCauses[result.signal] ?? ''}`;
  if (result.exitCode !== undefined) return `its process exited with code ${result.exitCode} before the stage was finished`;
  return `its process did not start: ${result.message ?? 'unknown reason'}`;
}

function describePeak(bytes: number): string {
  return bytes === 0 ? '' : `, peak memory ${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function killGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}

function stopOnAbort(group: number | undefined, signal: AbortSignal): { cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    killGroup(group, 'SIGTERM');
    timer = setTimeout(() => killGroup(group, 'SIGKILL'), graceMilliseconds);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    cancel() {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    },
  };
}

/** Samples a process's peak memory, for processes that end without reporting it; 0 where the system has no /proc. */
function watchMemory(pid: number | undefined): { stop(): number } {
  let peak = 0;
  const sample = () => {
    try {
      const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
      peak = Math.max(peak, Number(kibibytes ?? 0) * 1024);
    } catch {
      // Not Linux, or the process is gone: what was seen so far stands.
    }
  };
  const timer = setInterval(sample, memorySampleMilliseconds);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
