/** Program: the process that one job is executed in. Reads the job from the file named as argument, and reports to the runner. */
import { readFileSync } from 'node:fs';
import type { Json } from '../../stage.ts';
import { describeFailure } from '../failure.ts';
import type { Job } from '../job.ts';
import { eventSink, perform } from '../perform.ts';
import { EventPipe } from './event-pipe.ts';
import { exitWithParent } from './orphan.ts';
import { PartRequests } from './part-requests.ts';
import { messageDescriptor, replyDescriptor } from './protocol.ts';

exitWithParent();

const pipe = new EventPipe(messageDescriptor);
const parts = new PartRequests(pipe, replyDescriptor);

/** Largest resident set so far; the system counts in KiB. */
function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function fail(error: unknown): never {
  pipe.send({ type: 'end', status: 'failed', ...describeFailure(error), peakMemoryBytes: peakMemoryBytes() });
  process.exit(1);
}

process.on('uncaughtException', fail);

let result: Json | undefined;
try {
  const job = JSON.parse(readFileSync(process.argv[2], 'utf8')) as Job;
  result = await perform(job, eventSink((event) => pipe.send(event)), (request) => parts.send(request));
} catch (error) {
  fail(error);
}
pipe.send({ type: 'end', status: 'succeeded', peakMemoryBytes: peakMemoryBytes(), ...(result === undefined ? {} : { result }) });
// A timer or a pool of threads that the stage left behind must not keep its result waiting.
process.exit(0);
