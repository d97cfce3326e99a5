import { spawnSync } from 'node:child_process';

/** What a command took. */
export interface Measured {
  seconds: number;
  /** Read by system calls of the command and all that it waited for, from disk or cache; undefined outside of Linux. */
  bytesRead?: number;
}

/** A command that failed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Runs a command in a folder; its shell tells what was read, since what a process waited for is counted to it. */
export function measure(command: string, folder: string): Measured {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `{ ${command}; } >&2; status=$?; cat /proc/$$/io 2>/dev/null; exit $status`],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new CommandError(`${command} (in ${folder}) ended with ${status}:\n${stderr.slice(-1000)}`);
  const read = /^rchar: (\d+)/m.exec(stdout);
  return { seconds, ...(read ? { bytesRead: Number(read[1]) } : {}) };
}
