import { hasCode } from '../../../disk/files.ts';

/** In milliseconds: for a job that ends by itself to do so, and for what SIGTERM tells it. */
const [ownTime, graceTime] = [5_000, 5_000];

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
 * Stops a group when the signal aborts. A job that ends by itself is given five seconds for that; then, or at once, SIGTERM
 * ends it, and five seconds later SIGKILL what is left.
 * @param ask tells the job to stop, and says whether it will end by itself
 */
export function stopOnAbort(group: number | undefined, signal: AbortSignal, ask: () => boolean): { cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const terminate = () => {
    killGroup(group, 'SIGTERM');
    timer = setTimeout(() => killGroup(group, 'SIGKILL'), graceTime);
  };
  const stop = () => {
    if (ask()) timer = setTimeout(terminate, ownTime);
    else terminate();
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
