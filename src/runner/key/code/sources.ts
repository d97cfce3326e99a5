import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Loader, Metafile, TransformOptions } from 'esbuild';
import { digestJson, digestText } from '../../../disk/digest.ts';
import type { Digest } from '../../types.ts';
import { inPackage, packageOf } from './packages.ts';

/**
 * Files that would be taken instead if they were there: for an import that names no file as
 * it stands, those with an ending.
 */
export function shadowsOf(imported: string): string[] {
  const isFile = statSync(imported, { throwIfNoEntry: false })?.isFile() === true;
  const endings = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'];
  return isFile
    ? []
    : [imported, ...[imported, path.join(imported, 'index')].flatMap((base) => endings.map((ending) => base + ending))];
}

/** Where a path that goes through a symbolic link leads. */
export function linkOf(imported: string): [string, string][] {
  if (statSync(imported, { throwIfNoEntry: false }) === undefined) return [];
  const real = realpathSync(imported);
  return real === imported ? [] : [[imported, real]];
}

/**
 * Digest of each file with code in a bundle, comments and formatting gone, by path relative to the home; a
 * bundled package counts as one.
 * @param transform takes away what does not count
 */
export async function digestFiles(
  inputs: Metafile['outputs'][string]['inputs'],
  home: string,
  transform: (source: string, options: Pick<TransformOptions, 'loader'>) => Promise<{ code: string }>,
): Promise<Record<string, Digest>> {
  const files: Record<string, Digest> = {};
  const packaged = new Map<string, [string, Digest][]>();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0) continue;
    const source = readFileSync(path.resolve(home, input), 'utf8');
    const below = inPackage(path.resolve(home, input), home);
    if (below !== undefined) {
      const name = `node_modules/${packageOf(below)}`;
      packaged.set(name, [...(packaged.get(name) ?? []), [below, digestText(source)]]);
    } else {
      files[input] = digestText((await transform(source, { loader: loaderOf(input) })).code);
    }
  }
  for (const [name, parts] of packaged) files[name] = digestJson(parts.sort());
  return files;
}

function loaderOf(file: string): Loader {
  const extension = path.extname(file);
  if (/^\.[cm]?ts$/.test(extension)) return 'ts';
  if (extension === '.json') return 'json';
  return /^\.[cm]?js$/.test(extension) ? 'js' : 'text';
}
