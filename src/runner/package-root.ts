import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  name: string;
  version: string;
}

function findPackage(): { root: string; manifest: Manifest } {
  // These lines run from src/ in tests and from one of the bundles below dist/ otherwise.
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
      if (manifest.name === 'shrinknas') return { root: folder, manifest };
    } catch (error) {
      if (path.dirname(folder) === folder) throw error;
    }
  }
}

const found = findPackage();

/** Folder of this package's package.json. */
export const packageRoot = found.root;

/** This package's version. */
export const packageVersion = found.manifest.version;

/** C kernels of the engine `native`, compiled at install. */
export const nativeFolder = path.join(packageRoot, 'dist', 'native');

/** A program that scripts/build.js bundles into dist/. */
export function bundledProgram(name: 'stage-host' | 'engines'): string {
  return path.join(packageRoot, 'dist', `${name}.mjs`);
}
