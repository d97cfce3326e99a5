import { hasCode } from '../../../disk/files.ts';

/** Time for a job to end by itself when it is told to. */
const graceMilliseconds = 10_000;

/** Sends a signal to a process and all that it started. */
export function killGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}

/**
 * Stops a group when the signal aborts. Where the job ends by itself, it has the time that it needs for that; else SIGTERM
 * ends it, and SIGKILL what is left.
 * @param ask tells the job to stop, and says whether it will end by itself
 */
export function stopOnAbort(group: number | undefined, signal: AbortSignal, ask: () => boolean): { cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    if (!ask()) killGroup(group, 'SIGTERM');
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
