import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';

const room = 'Make room there, or keep artifacts elsewhere with --store PATH.';
const right = 'Ask for the right to write there, or work on a copy of the project.';

/** What a disk may refuse for a reason that its user can mend: in words that a folder or file follows, and what to do. */
const reasons = {
  ENOSPC: { what: 'No space is left on the disk of', advice: room },
  EDQUOT: { what: 'The quota is used up on the disk of', advice: room },
  EROFS: { what: 'Read-only is the disk of', advice: 'Work on a copy, or keep artifacts elsewhere with --store PATH.' },
  EACCES: { what: 'Permission is denied for', advice: right },
  EPERM: { what: 'Permission is denied for', advice: right },
} as const;

/** What the system refused to do. */
export interface DiskRefusal {
  code: keyof typeof reasons;
  /** For which file, if that is known. */
  file?: string;
}

/** The refusal that an error, or one that caused it, tells of; undefined of any other error. */
export function refusalOf(error: unknown): DiskRefusal | undefined {
  for (let each = error; typeof each === 'object' && each !== null; each = (each as Error).cause) {
    const { code, path: file } = each as NodeJS.ErrnoException;
    if (code === undefined || !Object.hasOwn(reasons, code)) continue;
    return { code: code as DiskRefusal['code'], ...(typeof file === 'string' ? { file } : {}) };
  }
  return undefined;
}

/** Whether it is the disk, and not the right of this user. */
export function isOfDisk({ code }: DiskRefusal): boolean {
  return code !== 'EACCES' && code !== 'EPERM';
}

/** Whether an error is a write that was refused. */
export function isRefusal(error: unknown): boolean {
  return refusalOf(error) !== undefined;
}

/**
 * What to tell the user of a refusal: what and where, and what to do.
 * @param folders where it may have been, if the system did not name the file
 */
export function describeRefusal(refusal: DiskRefusal, folders: readonly string[] = []): [what: string, advice: string] {
  const { code, file } = refusal;
  const { what, advice } = reasons[code];
  const folder = file === undefined ? fullest(folders) : path.dirname(file);
  const where = isOfDisk(refusal) ? folder : (file ?? folder);
  return [`${where === undefined ? what.replace(/ (?:of|for)$/, '') : `${what} ${where}`} (${code})`, advice];
}

/** An error that has the name of the file which the system gave without one, as it does of a write. */
export function naming(file: string, error: unknown): unknown {
  const refusal = refusalOf(error);
  return refusal === undefined || refusal.file !== undefined ? error : Object.assign(error as Error, { path: file });
}

/** Of these folders, the one on the disk with the least room; the first where they have the same. */
function fullest(folders: readonly string[]): string | undefined {
  let least = Infinity;
  let found = folders.at(0);
  for (const folder of folders.filter((each) => existsSync(each))) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= least) continue;
    least = bavail * bsize;
    found = folder;
  }
  return found;
}
