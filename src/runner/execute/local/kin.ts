import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { hasCode } from '../../../disk/files.ts';
import { isProcOurs } from '../../../disk/process-space.ts';

/** Environment variable that a job's process hands down to all that it starts. */
export const kinVariable = 'SHRINKNAS_JOB';

/** How often what is found is killed, in case it starts others meanwhile. */
const attempts = 20;

/** A variable by which `killKin` finds what a job's process has started, also what left its process group. */
export function kinMark(): Record<string, string> {
  return { [kinVariable]: randomBytes(12).toString('hex') };
}

/** Kills what a job has started and left behind; on Linux alone, and not what has an environment of its own making. */
export function killKin(mark: Record<string, string>): void {
  if (!isProcOurs()) return;
  const line = Buffer.from(`${kinVariable}=${mark[kinVariable]}\0`);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && Number(name) !== process.pid && holds(name, line),
    );
    if (found.length === 0) return;
    for (const pid of found) kill(Number(pid));
  }
}

function holds(pid: string, line: Buffer): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(line);
  } catch {
    // Gone, or another user's. A zombie's is empty.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH', 'EPERM')) throw error;
  }
}
