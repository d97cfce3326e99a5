// Bundles the programs that users start into dist/. Runs at install, and again from bin/ when a source is newer.
import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Programs: the command line, the process that a stage runs in, and the probe that says which engine loads. */
const programs = {
  cli: 'src/cli/main.ts',
  'stage-host': 'src/runner/execute/host.ts',
  engines: 'src/tensor/engines/probe.ts',
};

const entryPoints = Object.entries(programs)
  .filter(([, file]) => existsSync(path.join(root, file)))
  .map(([out, file]) => ({ out, in: path.join(root, file) }));

if (existsSync(path.join(root, 'src')) && readdirSync(path.join(root, 'src')).length > 0) {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}
