import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Diagnostic } from '../diagnostic.ts';
import type { CodeEntry } from '../key/code/bundle.ts';
import { fingerprint, mendBundle } from '../key/code/fingerprint.ts';
import type { Store } from '../store/store.ts';

/**
 * A module of a project that is no stage, by its name below `stages/`: `comparisons/bleu`.
 * @param homes folders to look in, the first that has it wins
 */
export function findModule(name: string, homes: readonly string[]): CodeEntry | undefined {
  const candidates = homes.map((home) => ({ name, home, entry: path.join(home, 'stages', `${name}.ts`) }));
  return candidates.find(({ entry }) => existsSync(entry));
}

/**
 * Bundles modules, as stages are bundled, though nothing of them is part of a key.
 * @returns Path of the bundle by name. In a project that cannot be written to, there may be none.
 * @throws Diagnostic when the code of one does not compile
 */
export async function bundleModules(
  modules: readonly CodeEntry[],
  { layout: { cache }, statCache }: Pick<Store, 'layout' | 'statCache'>,
): Promise<Record<string, string>> {
  // Most commands meet none, and need no bundler then.
  if (modules.length === 0) return {};
  const options = { cacheFolder: cache, statCache };
  const code = await fingerprint(modules, options);
  for (const module of modules) await mendBundle(module, code[module.name], options);
  const bundles = Object.entries(code).map(([name, { bundle }]) => [name, bundle] as const);
  return Object.fromEntries(bundles.filter(([, bundle]) => existsSync(bundle)));
}

/**
 * The functions that the modules `<folder>/<name>` export as default, by name, of those names that have one.
 * @param homesFor folders to look in for a name, the first that has it wins
 * @throws Diagnostic as `importModules`
 */
export async function importNamed<Exported>(
  folder: string,
  names: readonly string[],
  homesFor: (name: string) => readonly string[],
  store: Pick<Store, 'layout' | 'statCache'>,
): Promise<Record<string, Exported>> {
  const modules = names.flatMap((name) => findModule(`${folder}/${name}`, homesFor(name)) ?? []);
  const imported = await importModules<Exported>(modules, store);
  return Object.fromEntries(Object.entries(imported).map(([name, exported]) => [path.posix.basename(name), exported]));
}

/**
 * The functions that modules export as default, by name; those that could not be bundled are left out.
 * @throws Diagnostic when the code of one does not compile, or exports no function
 */
export async function importModules<Exported>(
  modules: readonly CodeEntry[],
  store: Pick<Store, 'layout' | 'statCache'>,
): Promise<Record<string, Exported>> {
  const bundles = await bundleModules(modules, store);
  const imported = await Promise.all(
    modules
      .filter(({ name }) => name in bundles)
      .map(async ({ name, entry }) => {
        const { default: exported } = (await import(pathToFileURL(bundles[name]).href)) as { default?: unknown };
        if (typeof exported === 'function') return [name, exported as Exported] as const;
        throw new Diagnostic(`${path.relative('.', entry)} has no default export that is a function`, {
          hint: 'export what it is for as default',
        });
      }),
  );
  return Object.fromEntries(imported);
}
