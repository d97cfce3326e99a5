import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { isMissing } from '../../store/files.ts';

const builtins = new Set(builtinModules);

export function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtins.has(specifier);
}

/** The package that a bare import names: `@scope/name/sub/path` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
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
