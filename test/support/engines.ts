import { existsSync, readdirSync } from 'node:fs';

/** Whether a C compiler was there at install; without one, or with one that failed, there is no native engine. */
export const hasNative = existsSync('dist/native') && readdirSync('dist/native').length > 0;

/** Engines that load here. */
export const engines: readonly string[] = hasNative ? ['cpu', 'wasm', 'native'] : ['cpu', 'wasm'];
