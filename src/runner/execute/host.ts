/** Program: the process that one stage executes in. Reads its job from the file named as argument, reports on descriptor 3. */
import { readFileSync } from 'node:fs';
import type { EventSink } from '../stage.ts';
import { EventPipe } from './event-pipe.ts';
import type { Job } from './job.ts';
import { exitWithParent } from './orphan.ts';
import { perform } from './perform.ts';

exitWithParent();

const pipe = new EventPipe(3);

const events: EventSink = {
  progress: (update) => pipe.send({ type: 'progress', update }),
  metric: (values) => pipe.send({ type: 'metric', values }),
  log: (message, level = 'info') => pipe.send({ type: 'log', level, message }),
  engine: (used) => pipe.send({ type: 'engine', used }),
};

/** Largest resident set so far; the system counts in KiB. */
function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function fail(error: unknown): never {
  const isExpected = error instanceof Error && error.name === 'StageError';
  pipe.send({
    type: 'failed',
    message: error instanceof Error ? (isExpected ? error.message : `${error.name}: ${error.message}`) : `threw ${String(error)}`,
    ...(isExpected || !(error instanceof Error) ? {} : { stack: describeStack(error) }),
    peakMemoryBytes: peakMemoryBytes(),
  });
  process.exit(1);
}

function describeStack(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeStack(error.cause)}` : own;
}

process.on('uncaughtException', fail);

try {
  await perform(JSON.parse(readFileSync(process.argv[2], 'utf8')) as Job, events);
} catch (error) {
  fail(error);
}
pipe.send({ type: 'done', peakMemoryBytes: peakMemoryBytes() });
// A timer or a pool of threads that the stage left behind must not keep its result waiting.
process.exit(0);
