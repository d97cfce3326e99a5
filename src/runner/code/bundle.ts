import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BuildFailure, BuildOptions, Loader, Metafile, Plugin, TransformOptions } from 'esbuild';
import { Diagnostic } from '../diagnostic.ts';
import { digestJson, digestText } from '../store/digest.ts';
import type { Digest, StageType } from '../types.ts';
import { isBuiltin, manifestCandidates, packageOf, readVersion } from './packages.ts';

/** A stage's own code: what its entry reaches, helpers included. */
export interface Bundle {
  digest: Digest;
  /** One self-contained module, but for packages. */
  text: string;
  /** Version by imported package; `absent` for one that is not installed and only imported dynamically. */
  packages: Record<string, string>;
  /**
   * Digest of each file with code in the bundle, comments and formatting gone, by path relative to the project; a bundled package
   * counts as one.
   */
  files: Record<string, Digest>;
  /** Absolute paths of all files that were looked at. Whatever changes the bundle changes one of them, or one of `links`. */
  sources: string[];
  /** Where the paths led that go through a symbolic link: `sources` names what is behind it. */
  links: Record<string, string>;
}

/** Published only as modules that Node cannot import by themselves (TensorFlow.js's gradients). */
const bundledPackages = /^@tensorflow\/tfjs-core\/dist\//;

/** Only what changes the meaning stays: the same digest must come out of differently commented and formatted code. */
const canonicalText = {
  minifyWhitespace: true, legalComments: 'none', charset: 'utf8', target: 'node20', platform: 'node',
} as const satisfies BuildOptions;

/**
 * Bundles a stage's code.
 * @throws Diagnostic when it does not compile, or imports a package that is not installed
 */
export async function bundleStage(type: StageType, projectFolder: string): Promise<Bundle> {
  // As esbuild names files, links resolved.
  const project = realpathSync(projectFolder);
  // Loading esbuild takes longer than planning a pipeline whose code is known.
  const { build, transform } = await import('esbuild');
  const imports = new Set([type.entry]);
  let result;
  try {
    result = await build({
      ...canonicalText,
      // Paths in the text, for instance those of wrapped CommonJS modules, are relative to it.
      absWorkingDir: project,
      entryPoints: [type.entry],
      bundle: true,
      format: 'esm',
      treeShaking: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
      plugins: [externalPackages(project), noteImports(imports)],
    });
  } catch (error) {
    throw asDiagnostic(error, type, project);
  }
  const text = result.outputFiles[0].text;
  const [output] = Object.values(result.metafile.outputs);
  const installed = resolvePackages(output.imports, type, project);
  const inputs = Object.keys(result.metafile.inputs).map((input) => path.resolve(project, input));
  return {
    digest: digestText(text),
    text,
    packages: installed.packages,
    files: await digestFiles(output.inputs, project, (source, options) => transform(source, options)),
    sources: [...inputs, path.join(project, 'tsconfig.json'), ...installed.looked, ...[...imports].flatMap(shadowsOf)],
    links: Object.fromEntries([...imports].flatMap(linkOf)),
  };
}

/** Notes the absolute path of each relative import. */
function noteImports(imports: Set<string>): Plugin {
  return {
    name: 'note-imports',
    setup(context) {
      context.onResolve({ filter: /^\.\.?(\/|$)/ }, ({ path: specifier, resolveDir }) => {
        // What packages hold is known by their version.
        if (!/[\\/]node_modules[\\/]/.test(`${resolveDir}/`)) imports.add(path.resolve(resolveDir, specifier));
        return undefined;
      });
    },
  };
}

/** Files that would be taken instead if they were there: for an import that names no file as it stands, those with an ending. */
function shadowsOf(imported: string): string[] {
  const isFile = statSync(imported, { throwIfNoEntry: false })?.isFile() === true;
  const endings = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'];
  return isFile ? [] : [imported, ...[imported, path.join(imported, 'index')].flatMap((base) => endings.map((ending) => base + ending))];
}

function linkOf(imported: string): [string, string][] {
  if (statSync(imported, { throwIfNoEntry: false }) === undefined) return [];
  const real = realpathSync(imported);
  return real === imported ? [] : [[imported, real]];
}

/** Packages stay imports, but for those that Node cannot import by themselves. */
export function externalPackages(project: string): Plugin {
  return {
    name: 'external-packages',
    setup(context) {
      context.onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind, pluginData }) => {
        if (kind === 'entry-point' || pluginData === resolving || path.isAbsolute(specifier)) return undefined;
        if (!bundledPackages.test(specifier)) return { path: specifier, external: true };
        return context.resolve(specifier, { kind, resolveDir: project, pluginData: resolving });
      });
    },
  };
}

/** Marks the plug-in's own question to esbuild, which comes back to the plug-in first. */
const resolving = Symbol('resolving');

function resolvePackages(imports: Metafile['outputs'][string]['imports'], type: StageType, project: string) {
  const packages: Record<string, string> = {};
  const looked: string[] = [];
  for (const { path: specifier, kind, external } of imports) {
    if (external !== true || isBuiltin(specifier)) continue;
    const name = packageOf(specifier);
    const candidates = manifestCandidates(name, project);
    const index = candidates.findIndex((candidate) => readVersion(candidate) !== undefined);
    // The nearer places, too: a package that appears there would be imported instead.
    looked.push(...(index < 0 ? candidates : candidates.slice(0, index + 1)));
    if (index >= 0) packages[name] = readVersion(candidates[index])!;
    else if (kind === 'dynamic-import') packages[name] ??= 'absent';
    else {
      throw new Diagnostic(`stage type '${type.name}' imports '${specifier}', but package '${name}' is not installed`, {
        hint: `Install it in ${project} with: npm install ${name}`,
      });
    }
  }
  return { packages, looked: [...new Set(looked)] };
}

async function digestFiles(
  inputs: Metafile['outputs'][string]['inputs'],
  project: string,
  transform: (source: string, options: TransformOptions) => Promise<{ code: string }>,
): Promise<Record<string, Digest>> {
  const files: Record<string, Digest> = {};
  const packaged = new Map<string, [string, Digest][]>();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    if (bytesInOutput === 0) continue;
    const source = readFileSync(path.resolve(project, input), 'utf8');
    const inPackage = /^(.*node_modules\/)(.+)$/.exec(input);
    if (inPackage !== null) {
      const name = `node_modules/${packageOf(inPackage[2])}`;
      packaged.set(name, [...(packaged.get(name) ?? []), [inPackage[2], digestText(source)]]);
    } else {
      files[input] = digestText((await transform(source, { ...canonicalText, loader: loaderOf(input) })).code);
    }
  }
  for (const [name, parts] of packaged) files[name] = digestJson(parts.sort());
  return files;
}

function loaderOf(file: string): Loader {
  const extension = path.extname(file);
  if (/^\.[cm]?ts$/.test(extension)) return 'ts';
  if (extension === '.json') return 'json';
  return /^\.[cm]?js$/.test(extension) ? 'js' : 'text';
}

/** What esbuild says of code that does not compile, for the user. */
export function asDiagnostic(error: unknown, type: Pick<StageType, 'name' | 'entry'>, project: string): unknown {
  const first = (error as Partial<BuildFailure>).errors?.[0];
  if (first === undefined) return error;
  const { location } = first;
  return new Diagnostic(`the code of stage type '${type.name}' does not compile: ${first.text}`, {
    location: location === null ? undefined : {
      file: path.resolve(project, location.file), line: location.line, column: location.column + 1, length: Math.max(1, location.length),
    },
    frame: location === null ? undefined : `${location.lineText}\n${' '.repeat(location.column)}${'^'.repeat(Math.max(1, location.length))}`,
    hint: location === null ? `Check ${type.entry}.` : undefined,
    cause: error,
  });
}
