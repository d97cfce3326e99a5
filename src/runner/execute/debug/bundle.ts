import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { asDiagnostic, externalPackages } from '../../code/bundle.ts';
import type { StageType } from '../../types.ts';

/**
 * Bundles a stage's code as it is now for reading: nothing shortened, and with a source map inside that leads to its
 * files.
 * @returns path of the module, where packages are found as they are from the project; the caller's to remove
 * @throws Diagnostic when the code does not compile
 */
export async function bundleForDebugging(
  type: Pick<StageType, 'name' | 'entry'>, projectFolder: string,
): Promise<string> {
  const project = realpathSync(projectFolder);
  const name = `${path.basename(type.name)}-${process.pid}.mjs`;
  const outfile = path.join(project, 'node_modules', '.cache', 'shrinknas', 'debug', name);
  mkdirSync(path.dirname(outfile), { recursive: true });
  const { build } = await import('esbuild');
  try {
    await build({
      absWorkingDir: project, entryPoints: [type.entry], outfile, bundle: true, format: 'esm', platform: 'node',
      target: 'node20', charset: 'utf8', sourcemap: 'inline', logLevel: 'silent', plugins: [externalPackages(project)],
    });
  } catch (error) {
    throw asDiagnostic(error, type, project);
  }
  return outfile;
}
