import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** There is no Python with what the peers need. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

/** A Python environment that a benchmark needs. */
export interface PythonEnvironment {
  /** Of its folder below node_modules. */
  name: string;
  /** As pip takes them. */
  packages: readonly string[];
  /** Environment variable that names another, in words for a message: `SHRINKNAS_PYTHON to one that has them`. */
  instead: string;
}

/** What the Python peers of training, and examples/, import. */
const training: PythonEnvironment = {
  name: 'peers',
  packages: ['torch', 'numpy', 'safetensors'],
  instead: 'SHRINKNAS_PYTHON to one that has them',
};

/** What the Python peer of predictors imports. */
export const prediction: PythonEnvironment = {
  name: 'predictors',
  packages: ['torch', 'numpy', 'lightgbm'],
  instead: 'SHRINKNAS_PYTHON to one that has them',
};

/** A Python with the packages of a peer, those of training unless told: SHRINKNAS_PYTHON, or one of our own. */
export function pythonProgram(environment = training): string {
  return process.env.SHRINKNAS_PYTHON || path.join(programsOf(environment), 'python');
}

/** The folder of an environment's programs; it is set up on first use, from PyPI. */
export function programsOf({ name, packages, instead }: PythonEnvironment): string {
  const folder = path.resolve('node_modules/.cache/shrinknas', name);
  const programs = path.join(folder, 'bin');
  const complete = path.join(folder, 'complete');
  const wanted = packages.join('\n');
  if (!existsSync(complete) || readFileSync(complete, 'utf8') !== wanted) {
    console.error(`Installing ${packages.join(', ')} in ${folder} …`);
    try {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
      execFileSync(path.join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', ...packages], {
        stdio: 'inherit',
      });
    } catch (cause) {
      throw new PythonError(`Python with ${packages.join(', ')} could not be set up. Set ${instead}.`, { cause });
    }
    // Written last: a half-done installation is done again.
    writeFileSync(complete, wanted);
  }
  return programs;
}
