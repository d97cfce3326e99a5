import path from 'node:path';
import type { Job, JobEnd, JobExecutor } from './job.ts';
import { MemoryGuard } from './memory-guard.ts';
import { PartRunner } from './parts/part-runner.ts';
import type { StageEvents } from './stage-events.ts';
import type { Usage } from './usage.ts';
import { totalUsage } from './usage.ts';

/** How one execution of a stage ended, with its parts. */
export type AttemptEnd = JobEnd & Usage;

export interface AttemptContext {
  project: string;
  /** Private folder of the execution. */
  scratch: string;
  log: string;
  events: StageEvents;
  execute: JobExecutor;
  signal: AbortSignal;
  /** Seconds that it may take. */
  timeout?: number;
}

/**
 * Executes a stage, and the parts of its work that it asks for, within the memory and the time that it was given. When
 * the time is over it is stopped as by an interruption: it may save its progress.
 */
export async function attempt(job: Job, context: AttemptContext): Promise<AttemptEnd> {
  const { project, scratch, log, events, execute, timeout } = context;
  const memory = new MemoryGuard(job.resources.memory);
  const clock = timerOf(timeout);
  const signal = AbortSignal.any([context.signal, clock.signal]);
  const parts = new PartRunner(job, {
    project,
    log,
    signal,
    execute,
    memory,
    folder: path.join(job.progress, 'parts'),
    onEvent: (event, part) => events.take(event, part),
    onDone: ({ name, params }, done) => events.partsDone(name, done, params.length),
    onStack: (stack) => events.logLine(stack),
  });
  try {
    const end = await execute(job, {
      project,
      scratch,
      log,
      signal,
      memory,
      onEvent: (event) => events.take(event),
      onParts: (request) => parts.run(request),
    });
    await parts.stop();
    const total = totalUsage(end, parts.usage);
    const usage = { ...total, peakMemoryBytes: Math.max(total.peakMemoryBytes, memory.peakBytes) };
    if (end.status === 'interrupted' && clock.signal.aborted && !context.signal.aborted)
      return { status: 'failed', message: describeTimeout(timeout!), ...usage };
    return { ...end, ...usage };
  } finally {
    clock.cancel();
    await parts.stop();
  }
}

function describeTimeout(seconds: number): string {
  return (
    `it took longer than its timeout of ${seconds} s; what it saved is kept, and it goes on from there: `
    + 'run again, or allow it more with "timeout"'
  );
}

/** The longest time that a timer of Node.js can wait, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

function timerOf(seconds: number | undefined): { signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  const wait = (left: number): NodeJS.Timeout =>
    setTimeout(
      () => {
        if (left <= longestTimer) controller.abort();
        else timer = wait(left - longestTimer);
      },
      Math.min(left, longestTimer),
    );
  let timer = seconds === undefined ? undefined : wait(seconds * 1000);
  return { signal: controller.signal, cancel: () => clearTimeout(timer) };
}
