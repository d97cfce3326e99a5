import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { FetchError, reasonOf } from '../error.ts';
import type { FolderWriter } from '../writer.ts';
import { gunzipped, gunzippedName } from './gzip.ts';

/**
 * Copies the files of a folder and of those below it to `writer`; `train.de.gz` becomes `train.de`, archives stay as
 * they are. Hidden files are left out. Symbolic links are followed to files within the folder only.
 */
export async function copyFolder(folder: string, writer: FolderWriter): Promise<void> {
  await copyBelow(await realpath(folder), '', writer);
}

async function copyBelow(root: string, prefix: string, writer: FolderWriter): Promise<void> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true });
  // In order of names: which of two colliding files an error names must not depend on the disk.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const name = prefix + entry.name;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      await copyBelow(root, `${name}/`, writer);
      continue;
    }
    if (!entry.isFile() && !entry.isSymbolicLink()) throw writer.refusal(name, 'it is a device, a pipe or a socket');
    const file = entry.isSymbolicLink() ? await linkedFile(root, name, writer) : join(root, name);
    await copyFile(file, name, writer);
  }
}

async function copyFile(file: string, name: string, writer: FolderWriter): Promise<void> {
  const packed = /\.gz$/i.test(name) && !/\.tar\.gz$/i.test(name);
  const path = writer.accept(packed ? gunzippedName(name) : name);
  if (path === undefined) return;
  try {
    await writer.write(path, packed ? gunzipped(file, join(writer.origin, name)) : createReadStream(file));
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(`${writer.origin}: cannot read ${JSON.stringify(name)}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

async function linkedFile(root: string, name: string, writer: FolderWriter): Promise<string> {
  let target: string;
  try {
    target = await realpath(join(root, name));
  } catch {
    throw writer.refusal(name, 'it is a symbolic link to nothing');
  }
  const below = relative(root, target);
  if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) {
    throw writer.refusal(name, 'it is a symbolic link that leads out of the folder');
  }
  if (!(await stat(target)).isFile())
    throw writer.refusal(name, 'it is a symbolic link to something other than a file');
  return target;
}
