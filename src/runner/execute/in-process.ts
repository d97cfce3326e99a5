import path from 'node:path';
import type { EventSink, Json } from '../stage.ts';
import { describeFailure } from './failure.ts';
import type { Job, JobExecutor, PartHandler } from './job.ts';
import { MemoryGuard } from './memory-guard.ts';
import { PartRunner } from './parts/part-runner.ts';
import { eventSink } from './perform.ts';

/** Executes one part. */
type PartPerformance = (job: Job, events: EventSink) => Promise<Json | undefined>;

/**
 * Executes a stage's parts in the process of the stage, where a debugger sees them and a test needs no other; kept
 * results count as they do elsewhere. Nothing runs side by side that does not yield.
 * @param stage the job that asks for parts
 * @param perform executes one part
 * @param onStack told the stack of a part that failed unexpectedly
 */
export function partsInProcess(
  stage: Job,
  perform: PartPerformance,
  events: EventSink,
  onStack: (stack: string) => void,
): PartHandler {
  const runner = new PartRunner(stage, {
    project: process.cwd(),
    signal: new AbortController().signal,
    execute: inProcessExecutor(perform),
    folder: path.join(stage.progress, 'parts'),
    memory: new MemoryGuard(0),
    onEvent: (event) => {
      switch (event.type) {
        case 'progress':
          return events.progress(event.update);
        case 'metric':
          return events.metric(event.values);
        case 'log':
          return events.log(event.message, event.level);
        case 'engine':
          return events.engine(event.used);
      }
    },
    onDone: () => undefined,
    onStack,
  });
  return (request) => runner.run(request);
}

function inProcessExecutor(perform: PartPerformance): JobExecutor {
  return async (job, { onEvent }) => {
    try {
      const result = await perform(job, eventSink(onEvent));
      return { status: 'succeeded', ...(result === undefined ? {} : { result }) };
    } catch (error) {
      if (error instanceof Error && error.name === 'StoppedError') return { status: 'interrupted' };
      return { status: 'failed', ...describeFailure(error) };
    }
  };
}
