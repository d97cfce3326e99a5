import { existsSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { digestText } from '../../../disk/digest.ts';
import { hasCode, makeFolder, uniqueSuffix } from '../../../disk/files.ts';
import { isRefusal } from '../../../disk/refusals.ts';

/**
 * Where bundles lie: in `runs/cache/code`, which needs no right to write anywhere else. Node finds what a module
 * imports in the `node_modules` folders above it. Above the `runs/` of a project are the project's; for code of another
 * home, this package's in someone's project, links to that home's stand between.
 */
export interface BundlePlace {
  /** Absolute path of the folder with the bundles. */
  folder: string;
  /** `node_modules` folders in which Node looks for what they import, nearest first. */
  modules: string[];
  /** Of these, those that are reached by a link, nearest first. */
  linked: string[];
}

/** @param cacheFolder `runs/cache` */
export function bundlePlace(home: string, cacheFolder: string): BundlePlace {
  // As Node sees it, links resolved: `runs` may lead to another disk.
  const code = realPath(path.join(cacheFolder, 'code'));
  const above = moduleFolders(code);
  if (isWithin(code, realPath(home))) return { folder: code, modules: above, linked: [] };
  const linked = moduleFolders(home).filter((folder) => existsSync(folder));
  // One step down for each link: the folder above the bundles' own is that of the next.
  const steps = linked.map((folder) => digestText(folder).slice(0, 8)).reverse();
  return {
    folder: path.join(code, 'of', digestText(home).slice(0, 8), ...steps),
    modules: [...linked, ...above],
    linked,
  };
}

/** Makes the links; where there is no right to write, there are no bundles either. */
export function preparePlace({ folder, linked }: BundlePlace): void {
  let at = folder;
  for (const target of linked) {
    link(path.join(at, 'node_modules'), target);
    at = path.dirname(at);
  }
}

/** Places where Node looks for packages that are imported from a folder, nearest first. */
export function moduleFolders(from: string): string[] {
  const folders: string[] = [];
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (path.basename(folder) !== 'node_modules') folders.push(path.join(folder, 'node_modules'));
    if (path.dirname(folder) === folder) return folders;
  }
}

function link(file: string, target: string): void {
  if (leadsTo(file, target)) return;
  const temporary = `${file}.${uniqueSuffix()}.tmp`;
  try {
    makeFolder(path.dirname(file));
    symlinkSync(target, temporary, 'dir');
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (!isRefusal(error)) throw error;
  }
}

/** Of a folder that may not be there yet. */
function realPath(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : path.join(realPath(path.dirname(folder)), path.basename(folder));
}

function leadsTo(file: string, target: string): boolean {
  try {
    return readlinkSync(file) === target;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EINVAL')) return false;
    throw error;
  }
}

/** Whether a folder is another one, or lies below it. */
export function isWithin(folder: string, other: string): boolean {
  const relative = path.relative(other, folder);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
