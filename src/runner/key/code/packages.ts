import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import { Diagnostic } from '../../diagnostic.ts';
import { isMissing } from '../../../disk/files.ts';
import type { StageType } from '../../types.ts';
import { isWithin } from './place.ts';

const builtins = new Set(builtinModules);

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtins.has(specifier);
}

/**
 * Versions of the packages that a bundle imports, and the manifests that say so.
 * @param modules `node_modules` folders in which they will be looked for, nearest first
 * @throws Diagnostic for a package that is not installed, but for one that is only imported dynamically
 */
export function resolvePackages(
  imports: Metafile['outputs'][string]['imports'],
  type: Pick<StageType, 'name' | 'home'>,
  modules: readonly string[],
) {
  const packages: Record<string, string> = {};
  const looked: string[] = [];
  for (const { path: specifier, kind, external } of imports) {
    if (external !== true || isBuiltin(specifier)) continue;
    const name = packageOf(specifier);
    const candidates = modules.map((folder) => path.join(folder, name, 'package.json'));
    const index = candidates.findIndex((candidate) => readVersion(candidate) !== undefined);
    // The nearer places, too: a package that appears there would be imported instead.
    looked.push(...(index < 0 ? candidates : candidates.slice(0, index + 1)));
    if (index >= 0) packages[name] = readVersion(candidates[index])!;
    else if (kind === 'dynamic-import') packages[name] ??= 'absent';
    else {
      throw new Diagnostic(`stage type '${type.name}' imports '${specifier}', but package '${name}' is not installed`, {
        hint: `Install it in ${type.home} with: npm install ${name}`,
      });
    }
  }
  return { packages, looked: [...new Set(looked)] };
}

/** The package that a bare import names: `@scope/name/sub/path` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Version in a package.json; undefined when there is no such file. */
function readVersion(manifest: string): string | undefined {
  try {
    return String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * A path below the nearest `node_modules`; undefined for what is the home's own, which may
 * itself be an installed package.
 */
export function inPackage(file: string, home: string): string | undefined {
  const shown = isWithin(file, home) ? path.relative(home, file) : file;
  return /(?:^|[\\/])node_modules[\\/](?!.*[\\/]node_modules[\\/])(.+)$/.exec(shown)?.[1].replaceAll(path.sep, '/');
}
