import type { Plugin } from 'esbuild';

export function externalPackages(): Plugin;
