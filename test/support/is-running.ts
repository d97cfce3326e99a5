import { readFileSync } from 'node:fs';

/** Whether a process is there, and no zombie that waits to be collected. */
export function isRunning(pid: number): boolean {
  return !['Z', 'X', undefined].includes(stateOf(pid));
}

/** Its letter in proc(5); undefined when the process is gone. */
export function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1][0];
  } catch {
    return undefined;
  }
}
