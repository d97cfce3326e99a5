/**
 * How a job's process is told to stop: by files in the scratch folder of its execution, since a stage that computes
 * without a pause hears neither signals nor messages.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** There once the job has asked: it will end by itself. */
const asks = (scratch: string): string => path.join(scratch, 'asks');
/** There once it is to stop. */
const stop = (scratch: string): string => path.join(scratch, 'stop');

/** In the job's process: whether it is to stop. */
export function stopWatch(scratch: string): () => boolean {
  let hasAsked = false;
  return () => {
    if (!hasAsked) writeFileSync(asks(scratch), '');
    hasAsked = true;
    return existsSync(stop(scratch));
  };
}

/** In the runner: tells the job to stop. @returns whether it will end by itself */
export function askToStop(scratch: string): boolean {
  try {
    writeFileSync(stop(scratch), '');
  } catch {
    // A disk that is full cannot tell it.
    return false;
  }
  return existsSync(asks(scratch));
}
