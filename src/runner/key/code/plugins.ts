import path from 'node:path';
import type { Plugin } from 'esbuild';
import { inPackage } from './packages.ts';

/** Published only as modules that Node cannot import by themselves (TensorFlow.js's gradients). */
const bundledPackages = /^@tensorflow\/tfjs-core\/dist\//;

/** Notes the absolute path of each relative import. */
export function noteImports(imports: Set<string>, home: string): Plugin {
  return {
    name: 'note-imports',
    setup(context) {
      context.onResolve({ filter: /^\.\.?(\/|$)/ }, ({ path: specifier, resolveDir }) => {
        // What packages hold is known by their version.
        if (inPackage(resolveDir, home) === undefined) imports.add(path.resolve(resolveDir, specifier));
        return undefined;
      });
    },
  };
}

/** Packages stay imports, but for those that Node cannot import by themselves. */
export function externalPackages(home: string): Plugin {
  return {
    name: 'external-packages',
    setup(context) {
      context.onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind, pluginData }) => {
        if (kind === 'entry-point' || pluginData === resolving || path.isAbsolute(specifier)) return undefined;
        if (!bundledPackages.test(specifier)) return { path: specifier, external: true };
        return context.resolve(specifier, { kind, resolveDir: home, pluginData: resolving });
      });
    },
  };
}

/** Marks the plug-in's own question to esbuild, which comes back to the plug-in first. */
const resolving = Symbol('resolving');
