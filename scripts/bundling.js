/**
 * Esbuild plugin: packages stay imports, except the sources of TensorFlow.js below `dist/`, which
 * Node cannot import as they are.
 * @returns {import('esbuild').Plugin}
 */
export function externalPackages() {
  return {
    name: 'external-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
        kind === 'entry-point' || path.startsWith('@tensorflow/tfjs-core/dist/') ? undefined : { path, external: true },
      );
    },
  };
}
