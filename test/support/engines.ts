import { existsSync } from 'node:fs';

/** Whether a C compiler was there at install; without one there is no native engine. */
export const hasNative = existsSync('dist/native');

/** Engines that load here. */
export const engines: readonly string[] = hasNative ? ['cpu', 'wasm', 'native'] : ['cpu', 'wasm'];
