import { Worker } from 'node:worker_threads';
import { kinVariable } from './kin.ts';

/** Well below the time that a new run waits for the stages of a killed one (`store/lock.ts`). */
const pollMilliseconds = 250;

/** As `killKin` does it, in a thread that imports nothing. */
const program = `
const { readdirSync, readFileSync } = require('node:fs');
const { workerData: { parent, variable, pause } } = require('node:worker_threads');
const line = variable + '=' + process.env[variable] + '\\0';
const isKin = (pid) => Number(pid) !== process.pid && readFileSync('/proc/' + pid + '/environ').includes(line);
setInterval(() => {
  if (process.ppid === parent) return;
  try {
    for (const pid of process.env[variable] ? readdirSync('/proc').filter(Number) : [])
      try {
        if (isKin(pid)) process.kill(Number(pid), 'SIGKILL');
      } catch {}
  } catch {}
  process.kill(-process.pid, 'SIGKILL');
}, pause);
`;

/**
 * Kills this process and its descendants soon after its parent is gone: a runner that was killed could not
 * stop its stages. The watch has a thread of its own, since a stage may compute for minutes without a pause.
 * Needs a process group of its own.
 */
export function exitWithParent(): void {
  new Worker(program, {
    eval: true,
    workerData: { parent: process.ppid, variable: kinVariable, pause: pollMilliseconds },
    stdin: false,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 8 },
  }).unref();
}
