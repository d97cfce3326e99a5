import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { BuildFailure, BuildOptions } from 'esbuild';
import { Diagnostic } from '../../diagnostic.ts';
import { digestText } from '../../../disk/digest.ts';
import type { Digest, StageType } from '../../types.ts';
import { resolvePackages } from './packages.ts';
import { externalPackages, noteImports } from './plugins.ts';
import { digestFiles, linkOf, shadowsOf } from './sources.ts';

/** A module to bundle: a stage type's, or that of a comparison, a view or a program. */
export type CodeEntry = Pick<StageType, 'name' | 'home' | 'entry'>;

/** A stage's own code: what its entry reaches, helpers included. */
export interface Bundle {
  digest: Digest;
  /** One self-contained module, but for packages. */
  text: string;
  /** Version by imported package; `absent` for one that is not installed and only imported dynamically. */
  packages: Record<string, string>;
  /**
   * Digest of each file with code in the bundle, comments and formatting gone, by path relative to the entry's home; a
   * bundled package counts as one.
   */
  files: Record<string, Digest>;
  /**
   * Absolute paths of all files that were looked at. Whatever changes the bundle changes
   * one of them, or one of `links`.
   */
  sources: string[];
  /** Where the paths led that go through a symbolic link: `sources` names what is behind it. */
  links: Record<string, string>;
}

/** Only what changes the meaning stays: the same digest must come out of differently commented and formatted code. */
const canonicalText = {
  minifyWhitespace: true,
  legalComments: 'none',
  charset: 'utf8',
  target: 'node20',
  platform: 'node',
} as const satisfies BuildOptions;

/**
 * Bundles a stage's code. The same code comes out the same wherever its home lies.
 * @param modules `node_modules` folders in which the bundle's imports will be looked for, nearest first
 * @throws Diagnostic when it does not compile, or imports a package that is not installed
 */
export async function bundleStage(type: CodeEntry, modules: readonly string[]): Promise<Bundle> {
  // As esbuild names files, links resolved.
  const home = realpathSync(type.home);
  // Loading esbuild takes longer than planning a pipeline whose code is known.
  const { build, transform } = await import('esbuild');
  const imports = new Set([type.entry]);
  let result;
  try {
    result = await build({
      ...canonicalText,
      // Paths in the text, for instance those of wrapped CommonJS modules, are relative to it.
      absWorkingDir: home,
      entryPoints: [type.entry],
      bundle: true,
      format: 'esm',
      treeShaking: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
      plugins: [externalPackages(home), noteImports(imports, home)],
    });
  } catch (error) {
    throw asDiagnostic(error, type, home);
  }
  const text = result.outputFiles[0].text;
  const [output] = Object.values(result.metafile.outputs);
  const installed = resolvePackages(output.imports, type, modules);
  const inputs = Object.keys(result.metafile.inputs).map((input) => path.resolve(home, input));
  return {
    digest: digestText(text),
    text,
    packages: installed.packages,
    files: await digestFiles(output.inputs, home, (source, options) =>
      transform(source, { ...canonicalText, ...options }),
    ),
    sources: [...inputs, path.join(home, 'tsconfig.json'), ...installed.looked, ...[...imports].flatMap(shadowsOf)],
    links: Object.fromEntries([...imports].flatMap(linkOf)),
  };
}

/** What esbuild says of code that does not compile, for the user. */
export function asDiagnostic(error: unknown, type: CodeEntry, home: string): unknown {
  const first = (error as Partial<BuildFailure>).errors?.[0];
  if (first === undefined) return error;
  const { location } = first;
  return new Diagnostic(`the code of stage type '${type.name}' does not compile: ${first.text}`, {
    location:
      location === null
        ? undefined
        : {
            file: path.resolve(home, location.file),
            line: location.line,
            column: location.column + 1,
            length: Math.max(1, location.length),
          },
    frame:
      location === null
        ? undefined
        : `${location.lineText}\n${' '.repeat(location.column)}${'^'.repeat(Math.max(1, location.length))}`,
    hint: location === null ? `Check ${type.entry}.` : undefined,
    cause: error,
  });
}
