/**
 * Program: the process that one job is executed in. Reads the job from the file named as argument, and reports to the
 * runner.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EventSink, Json } from '../../stage.ts';
import { describeFailure } from '../failure.ts';
import { partsInProcess } from '../in-process.ts';
import type { Job, PartHandler } from '../job.ts';
import { noParts } from '../parts/no-parts.ts';
import { eventSink, perform } from '../perform.ts';
import { EventPipe } from './event-pipe.ts';
import { exitWithParent } from './orphan.ts';
import { PartRequests } from './part-requests.ts';
import { ownUsage } from './proc.ts';
import { messageDescriptor, partsInProcessFlag, replyDescriptor } from './protocol.ts';
import { stopWatch } from './stopping.ts';

exitWithParent();

const pipe = new EventPipe(messageDescriptor);
const isStopping = stopWatch(path.dirname(process.argv[2]));

let job: Job | undefined;

function fail(error: unknown): never {
  if (error instanceof Error && error.name === 'StoppedError') {
    pipe.send({ type: 'end', status: 'interrupted', ...ownUsage() });
    process.exit(1);
  }
  const failure = describeFailure(error, job === undefined ? [] : foldersOf(job));
  pipe.send({ type: 'end', status: 'failed', ...failure, ...ownUsage() });
  process.exit(1);
}

/** Those that a job writes to. */
function foldersOf({ outputs, progress, part }: Job): string[] {
  return [...Object.values(outputs).map(({ folder }) => folder), ...(part === undefined ? [] : [part.files]), progress];
}

process.on('uncaughtException', fail);
// A log that takes nothing more ends no work of days.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

function partHandler(job: Job, events: EventSink): PartHandler {
  if (process.argv[3] === partsInProcessFlag) {
    return partsInProcess(
      job,
      (part, sink) => perform(part, { events: sink, onParts: noParts, isStopping }),
      events,
      (stack) => console.error(stack),
    );
  }
  const requests = new PartRequests(pipe, replyDescriptor);
  return (request) => requests.send(request);
}

let result: Json | undefined;
try {
  job = JSON.parse(readFileSync(process.argv[2], 'utf8')) as Job;
  const events = eventSink((event) => pipe.send(event));
  result = await perform(job, { events, onParts: partHandler(job, events), isStopping });
} catch (error) {
  fail(error);
}
const value = result === undefined ? {} : { result };
pipe.send({ type: 'end', status: 'succeeded', ...ownUsage(), ...value });
// A timer or a pool of threads that the stage left behind must not keep its result waiting.
process.exit(0);
