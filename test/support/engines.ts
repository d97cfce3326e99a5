import { engineNames } from '../../src/tensor/engines/engine.ts';
import { tryEngine } from '../../src/tensor/engines/select.ts';

/** Engines that load here, by the program's own word; the quickest is the last. */
export const engines: readonly string[] = await loading();

/** Whether a C compiler was there at install; without one there is no native engine. */
export const hasNative = engines.includes('native');

async function loading(): Promise<string[]> {
  const names: string[] = [];
  for (const name of [...engineNames].reverse()) {
    if (!('problem' in (await tryEngine(name, 1)))) names.push(name);
  }
  return names;
}
