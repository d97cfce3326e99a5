import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { processSpace } from './process-space.ts';
import { isRefusal, naming } from './refusals.ts';

/** Makes a file's or a folder's present state survive a power cut. */
export function syncToDisk(file: string): void {
  const descriptor = openSync(file, 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    throw naming(file, error);
  } finally {
    closeSync(descriptor);
  }
}

/** A file-name ending that no other process and no other call of this one uses; says whose it is. */
export function uniqueSuffix(): string {
  return `${process.pid}-${processSpace()}-${randomBytes(6).toString('hex')}`;
}

/** The process that made a name with `uniqueSuffix`; undefined of other names. */
export function ownerOfName(name: string): { pid: number; space: string } | undefined {
  const [, pid, space] = /\b(\d+)-([0-9a-f]{12})-[0-9a-f]{12}(?:\.tmp)?$/.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), space };
}

/** Makes a folder and those above it; a file that stands in the place of one is set aside. */
export function makeFolder(folder: string): void {
  for (;;) {
    try {
      mkdirSync(folder, { recursive: true });
      return;
    } catch (error) {
      // Of a disk that is read-only, Node says that something is missing; the first folder to make says what is wrong.
      if (hasCode(error, 'ENOENT')) {
        makeOne(firstMissing(folder));
        continue;
      }
      const file = hasCode(error, 'EEXIST', 'ENOTDIR') ? fileOnTheWay(folder) : undefined;
      if (file === undefined) throw error;
      setAside(file);
    }
  }
}

/** Makes a folder in one that is there; a link that leads nowhere is set aside. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    // Else another process was faster.
    if (!existsSync(folder)) setAside(folder);
  }
}

/** Of a path and those above it, the topmost that is not there. */
function firstMissing(folder: string): string {
  const above = path.dirname(folder);
  return above === folder || existsSync(above) ? folder : firstMissing(above);
}

/** What is no folder of a path and those above it. */
function fileOnTheWay(folder: string): string | undefined {
  for (let at = folder; path.dirname(at) !== at; at = path.dirname(at))
    if (existsSync(at)) return statSync(at).isDirectory() ? undefined : at;
  return undefined;
}

/**
 * Writes a file so that a reader sees the old text or the new one, never a part. With `durable`, also so that the new
 * text survives a power cut once this returns.
 */
export function writeAtomically(file: string, text: string | Uint8Array, options: { durable: boolean }): void {
  makeFolder(path.dirname(file));
  const temporary = `${file}.${uniqueSuffix()}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      // Unlike `writeSync`, goes on after a write that the system cut short, as it does on a disk that becomes full.
      writeFileSync(descriptor, text);
      // Without it a file system may keep the rename and lose the text that it points to.
      if (options.durable) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    replace(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw naming(file, error);
  }
  if (options.durable) syncToDisk(path.dirname(file));
}

/** Appends text, all of it or none: what a full disk took of it is taken back. */
export function appendWhole(file: string, text: string): void {
  const descriptor = openSync(file, 'a');
  try {
    const { size } = fstatSync(descriptor);
    try {
      writeFileSync(descriptor, text);
    } catch (error) {
      ftruncateSync(descriptor, size);
      throw naming(file, error);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Renames a file to the name of another; a folder that somebody put there is set aside. */
function replace(temporary: string, file: string): void {
  try {
    renameSync(temporary, file);
  } catch (error) {
    if (!hasCode(error, 'EISDIR', 'EEXIST', 'ENOTEMPTY')) throw error;
    setAside(file);
    renameSync(temporary, file);
  }
}

/** Sets a damaged folder or file aside, beside where it was, for whoever wants to look; only the newest is kept. */
export function setAside(place: string): string {
  const aside = path.join(path.dirname(place), `damaged-${path.basename(place)}`);
  removeTree(aside);
  renameSync(place, aside);
  return aside;
}

/**
 * Writes what only saves time. In someone else's project, on a read-only disk or on a full one, it is done without;
 * reading a plan must not need the right to write.
 */
export function writeCache(file: string, text: string): void {
  try {
    writeAtomically(file, text, { durable: false });
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** The parsed file, or undefined when it does not exist, cannot be read or is no JSON. */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a file system call failed because what it was given is not there. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

/** Whether reading failed because of what stands there, if anything does: no file, one of another user, a bad disk. */
export function isUnreadable(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EIO', 'ELOOP');
}

/** Whether a system call failed for one of these reasons. Asks for no class: the error may come from another realm. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return typeof error === 'object' && error !== null && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Names in a folder, none when it is not there. */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Removes a folder and all below it, also when its folders are read-only, as those of published artifacts are. */
export function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  unlockFolders(folder);
  rmSync(folder, { recursive: true, force: true });
}

function unlockFolders(folder: string): void {
  try {
    if (!lstatSync(folder).isDirectory()) return;
    chmodSync(folder, 0o755);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) unlockFolders(path.join(folder, entry.name));
    }
  } catch (error) {
    // Another process may be removing it as well.
    if (!isMissing(error)) throw error;
  }
}

/**
 * A name for a file or folder that stands for `id`: letters, digits and `. _ @ = , + -` stay, everything else becomes
 * `%XX`. Different ids never share a name, and no name is hidden or leads out of its folder.
 */
export function safeName(id: string): string {
  const escape = (text: string) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return id.replace(/[^A-Za-z0-9._@=,+-]/gu, escape).replace(/^\./, escape);
}
