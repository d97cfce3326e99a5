// Writes the files that follow from the schemas: schemas/pipeline.schema.json for editors, schemas/types.ts for the
// stages. With --check it writes nothing, and fails when one of them is not what it would write.
import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outfile = path.join(root, 'dist', `generate-${process.pid}.mjs`);

await build({
  absWorkingDir: root,
  entryPoints: ['scripts/generate/main.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
try {
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(root, process.argv.includes('--check'));
} finally {
  await rm(outfile, { force: true });
}
