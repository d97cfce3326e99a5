import path from 'node:path';
import { StageError } from '../runner/stage.ts';

const reasons: Record<string, string> = {
  ENOSPC: 'No space is left on the disk',
  EDQUOT: 'The quota is used up on the disk',
};

/**
 * What to tell the user of an error that a full disk caused; undefined for any other.
 *
 * @param outputs of the stage: folders in the store, which is all that a stage writes to. The system does not
 * name the file that did not fit.
 */
export function fullDisk(error: unknown, outputs: Readonly<Record<string, string>>): StageError | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!Object.hasOwn(reasons, code)) return undefined;
  const [folder] = Object.values(outputs).map((output) => path.dirname(output));
  return new StageError(
    `${reasons[code]} of ${folder} (${code}). Make room there, or keep artifacts elsewhere with --store PATH.`,
    { cause: error },
  );
}
