// Jest transformer: TypeScript to ESM, and TensorFlow.js's ES module sources to CommonJS, both by esbuild.
const { transformSync, version } = require('esbuild');
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');

const self = readFileSync(require.resolve('./transform.cjs'));

module.exports = {
  getCacheKey(source, file) {
    return createHash('sha256').update(version).update(self).update(file).update(source).digest('hex');
  },
  process(source, file) {
    const typescript = file.endsWith('.ts');
    const { code } = transformSync(source, {
      loader: typescript ? 'ts' : 'js',
      format: file.includes('node_modules') ? 'cjs' : 'esm',
      target: 'node20.15',
      sourcemap: 'inline',
      sourcefile: file,
    });
    return { code };
  },
};
