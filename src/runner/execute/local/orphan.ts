import { Worker } from 'node:worker_threads';

/** Well below the time that a new run waits for the stages of a killed one (`store/key-lock.ts`). */
const pollMilliseconds = 250;

/**
 * Kills this process and its descendants soon after its parent is gone: a runner that was killed could not
 * stop its stages. The watch has a thread of its own, since a stage may compute for minutes without a pause.
 * Needs a process group of its own.
 */
export function exitWithParent(): void {
  const watch =
    `setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(-process.pid, 'SIGKILL'); }, `
    + `${pollMilliseconds});`;
  new Worker(watch, { eval: true, stdin: false, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
