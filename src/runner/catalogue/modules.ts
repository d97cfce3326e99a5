import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Diagnostic } from '../diagnostic.ts';
import type { Store } from '../store/store.ts';
import type { StageType } from '../types.ts';
import { fingerprint } from '../key/code/fingerprint.ts';

/** File of a project's module that is no stage, by its name below `stages/`: `comparisons/bleu`. */
export function moduleFile(name: string, project: string): string {
  return path.join(project, 'stages', `${name}.ts`);
}

/**
 * Bundles those of a project's modules that exist, as stages are bundled, though nothing of them is part of a key.
 * @returns Path of the bundle by name. In a project that cannot be written to, there may be none.
 * @throws Diagnostic when the code of one does not compile
 */
export async function bundleModules(
  names: readonly string[], { layout: { project, cache }, statCache }: Pick<Store, 'layout' | 'statCache'>,
): Promise<Record<string, string>> {
  const modules = names.filter((name) => existsSync(moduleFile(name, project)))
    .map((name): StageType => ({ name, description: '', inputs: {}, outputs: {}, params: {}, entry: moduleFile(name, project) }));
  // Most commands meet none, and need no bundler then.
  if (modules.length === 0) return {};
  const code = await fingerprint(modules, project, { cacheFolder: cache, statCache });
  return Object.fromEntries(Object.entries(code).map(([name, { bundle }]) => [name, bundle] as const).filter(([, bundle]) => existsSync(bundle)));
}

/**
 * The functions that a project's modules export as default, by name; those that do not exist, or could not be bundled, are left out.
 * @throws Diagnostic when the code of one does not compile, or exports no function
 */
export async function importModules<Exported>(names: readonly string[], store: Pick<Store, 'layout' | 'statCache'>): Promise<Record<string, Exported>> {
  const bundles = Object.entries(await bundleModules(names, store));
  return Object.fromEntries(await Promise.all(bundles.map(async ([name, bundle]) => {
    const { default: exported } = await import(pathToFileURL(bundle).href) as { default?: unknown };
    if (typeof exported === 'function') return [name, exported as Exported] as const;
    throw new Diagnostic(`${path.relative('.', moduleFile(name, store.layout.project))} has no default export that is a function`, {
      hint: 'export what it is for as default',
    });
  })));
}
