import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { CodeEntry } from '../../key/code/bundle.ts';
import { asDiagnostic } from '../../key/code/bundle.ts';
import { bundlePlace, preparePlace } from '../../key/code/place.ts';
import { externalPackages } from '../../key/code/plugins.ts';

/**
 * Bundles a stage's code as it is now for reading: nothing shortened, and with a source map
 * inside that leads to its files.
 * @param cacheFolder `runs/cache`
 * @returns path of the module; it lies where its imports lead to the same packages as a run's
 * do, and is the caller's to remove
 * @throws Diagnostic when the code does not compile
 */
export async function bundleForDebugging(type: CodeEntry, cacheFolder: string): Promise<string> {
  const home = realpathSync(type.home);
  const place = bundlePlace(type.home, cacheFolder);
  preparePlace(place);
  const outfile = path.join(place.folder, `debug-${path.basename(type.name)}-${process.pid}.mjs`);
  mkdirSync(place.folder, { recursive: true });
  const { build } = await import('esbuild');
  try {
    await build({
      absWorkingDir: home,
      entryPoints: [type.entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      charset: 'utf8',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [externalPackages(home)],
    });
  } catch (error) {
    throw asDiagnostic(error, type, home);
  }
  return outfile;
}
