// Runs a TypeScript program of this project: node scripts/run.js bench/engines.ts …, or a benchmark
// by name: npm run bench engines
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { externalPackages } from './bundling.js';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [word, ...args] = process.argv.slice(2);
const program = word?.endsWith('.ts') ? word : path.join(root, 'bench', `${word}.ts`);
if (!existsSync(program)) {
  console.error(`There is no program ${program}.`);
  process.exit(2);
}
const folder = path.join(root, 'node_modules/.cache/shrinknas/programs');
mkdirSync(folder, { recursive: true });
const outfile = path.join(folder, `${path.basename(program, '.ts')}-${process.pid}.mjs`);
// Ctrl-C is for the program; this process outlives it, to clean up.
process.on('SIGINT', () => {});
try {
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [externalPackages()],
  });
  process.exitCode =
    spawnSync(process.execPath, ['--enable-source-maps', outfile, ...args], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(outfile, { force: true });
}
