// Bundles the programs that users start into dist/. Runs at install, and again from bin/ when a source is newer.
import { build } from 'esbuild';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The command line, the process that a stage runs in, and the probe that says which engine loads. */
const programs = {
  cli: 'src/cli/main.ts',
  'stage-host': 'src/runner/execute/local/host.ts',
  engines: 'src/tensor/engines/probe.ts',
};

/**
 * Packages that stay imports: large, or with files of their own. The small ones are bundled,
 * which halves the time to start.
 */
const external = [
  '@observablehq/plot',
  '@tensorflow/*',
  'esbuild',
  'execa',
  'linkedom',
  'listr2',
  'open',
  'tar-stream',
  'typescript',
  'yauzl',
];

/** Sources of TensorFlow.js that Node cannot import as they are, such as its gradients, are bundled. */
const tensorflowSources = {
  name: 'tensorflow-sources',
  setup(setup) {
    setup.onResolve({ filter: /^@tensorflow\/tfjs-core\/dist\// }, ({ path: file }) => ({
      path: path.join(root, 'node_modules', `${file}.js`),
    }));
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: Object.entries(programs).map(([out, file]) => ({ out, in: file })),
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external,
  plugins: [tensorflowSources],
  // Bundled CommonJS packages may require what Node brings.
  banner: {
    js:
      "import { createRequire as $createRequire } from 'node:module'; const require = "
      + '$createRequire(import.meta.url);',
  },
  sourcemap: true,
  logLevel: 'warning',
  metafile: true,
  write: false,
});

/** What the programs were made of: bin/ looks at these files, and at no others. */
const sources = Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
outputFiles.push({ path: path.join(root, 'dist/sources.json'), contents: JSON.stringify(sources) });

// Each file at once and programs after the chunks that they import: another process may be starting meanwhile.
const isProgram = ({ path: file }) => path.dirname(file) === path.join(root, 'dist');
for (const file of [...outputFiles].sort((a, b) => isProgram(a) - isProgram(b))) {
  const draft = `${file.path}.${process.pid}`;
  mkdirSync(path.dirname(file.path), { recursive: true });
  writeFileSync(draft, file.contents);
  renameSync(draft, file.path);
}
