import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Diagnostic } from '../diagnostic.ts';
import { bundledProgram, nativeFolder, packageRoot } from '../package-root.ts';
import { checkedJson, readCheckedJson } from '../../disk/checked-json.ts';
import { digestFileSync, digestJson } from '../../disk/digest.ts';
import { writeCache } from '../../disk/files.ts';
import type { StageType } from '../types.ts';

/** The tensor engine that stages will compute with. */
export interface EngineIdentity {
  name: string;
  /** Of the kernels that each use of it runs. */
  versions: Record<NonNullable<StageType['engine']>, string>;
  /** A better one is installed and does not load, and why. */
  warning?: string;
}

interface EngineCache {
  /** Digest of everything that the answer depends on. */
  question: string;
  answer: EngineIdentity;
}

/**
 * Which engine loads on this machine, as the probe program says; asked once and then remembered until the request,
 * Node.js, the installed packages, the processor or the program change.
 * @param request name of the engine to use; without it, the best that loads
 * @throws Diagnostic when the engine does not load
 */
export async function engineIdentity(request: string | undefined, cacheFolder: string): Promise<EngineIdentity> {
  const program = bundledProgram('engines');
  const native = process.env.SHRINKNAS_NATIVE ?? nativeFolder;
  const question = digestJson([
    request ?? null,
    process.version,
    process.arch,
    cpus()[0]?.model ?? null,
    process.env.SHRINKNAS_ISA ?? null,
    process.env.SHRINKNAS_NATIVE ?? null,
    ...[
      program,
      path.join(packageRoot, 'package-lock.json'),
      path.join(packageRoot, 'node_modules', '.package-lock.json'),
      // Compiled after the package was installed.
      path.join(packageRoot, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'),
      // NVIDIA's driver.
      '/dev/nvidiactl',
    ].map(modified),
    // By content: a library that is written over may keep its times.
    ...filesIn(native).map((file) => [path.basename(file), statSync(file).isFile() ? digestFileSync(file) : null]),
  ]);
  const file = path.join(cacheFolder, 'engine.json');
  const cached = readCheckedJson<EngineCache>(file);
  if (cached?.question === question) return cached.answer;
  const answer = await probe(program, request);
  writeCache(file, checkedJson({ question, answer } satisfies EngineCache));
  return answer;
}

async function probe(program: string, request: string | undefined): Promise<EngineIdentity> {
  const env = { ...process.env, ...(request === undefined ? {} : { SHRINKNAS_ENGINE: request }) };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--json'], { env });
    return JSON.parse(stdout) as EngineIdentity;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n')[0];
    throw new Diagnostic(
      `the tensor engine${request === undefined ? '' : ` '${request}'`} does not load${said ? `: ${said}` : ''}`,
      {
        hint: `See what is wrong with: node ${program}`,
        cause: error,
      },
    );
  }
}

function filesIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => path.join(folder, name))
    : [];
}

function modified(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
