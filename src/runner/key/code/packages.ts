import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { isMissing } from '../../store/files.ts';

const builtins = new Set(builtinModules);

export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtins.has(specifier);
}

/** The package that a bare import names: `@scope/name/sub/path` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Places where Node looks for a package imported from a folder, nearest first. */
export function manifestCandidates(name: string, from: string): string[] {
  const candidates: string[] = [];
  for (let folder = from; ; folder = path.dirname(folder)) {
    candidates.push(path.join(folder, 'node_modules', name, 'package.json'));
    if (path.dirname(folder) === folder) return candidates;
  }
}

/** Version in a package.json; undefined when there is no such file. */
export function readVersion(manifest: string): string | undefined {
  try {
    return String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
