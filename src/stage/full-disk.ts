import path from 'node:path';
import { describeRefusal, isOfDisk, refusalOf } from '../disk/refusals.ts';
import { StageError } from '../runner/stage.ts';

/**
 * What to tell the user of an error that a disk caused which is full or read-only; undefined for any other.
 *
 * @param folders that a stage writes to, each in a folder of its own. The system does not name the file that did not fit.
 */
export function fullDisk(error: unknown, folders: Readonly<Record<string, string>>): StageError | undefined {
  const refusal = refusalOf(error);
  if (refusal === undefined || !isOfDisk(refusal)) return undefined;
  const places = Object.values(folders).map((folder) => path.dirname(folder));
  return new StageError(describeRefusal(refusal, places).join('. '), { cause: error });
}
