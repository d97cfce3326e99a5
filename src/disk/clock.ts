import { closeSync, fstatSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMissing, uniqueSuffix } from './files.ts';
import { isRefusal } from './refusals.ts';

/**
 * Now, in milliseconds, by the clock that gives files below a folder their times: another machine's may be hours away.
 * Undefined where nothing can be written.
 */
export function timeOnDisk(folder: string): number | undefined {
  const probe = path.join(folder, `${uniqueSuffix()}.tmp`);
  try {
    writeFileSync(probe, '');
    return statSync(probe).mtimeMs;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  } finally {
    rmSync(probe, { force: true });
  }
}

/** When a file was last written, in milliseconds by that clock. Undefined where it is not there. */
export function timeOfFile(file: string): number | undefined {
  try {
    // Opened: a network file system may else remember for a minute how it was.
    const descriptor = openSync(file, 'r');
    try {
      return fstatSync(descriptor).mtimeMs;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
