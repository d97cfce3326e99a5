import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** There is no Python with what the peers need. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

/** What the Python peers import. */
const packages = ['torch', 'numpy'];

/** A Python with the peers' packages: SHRINKNAS_PYTHON, or one that is set up on first use, from PyPI, below node_modules. */
export function pythonProgram(): string {
  if (process.env.SHRINKNAS_PYTHON) return process.env.SHRINKNAS_PYTHON;
  const folder = path.resolve('node_modules/.cache/shrinknas/peers');
  const program = path.join(folder, 'bin/python');
  const complete = path.join(folder, 'complete');
  if (!existsSync(complete)) {
    console.error(`Installing ${packages.join(' and ')} in ${folder} …`);
    try {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
      execFileSync(program, ['-m', 'pip', 'install', '--quiet', ...packages], { stdio: 'inherit' });
    } catch (cause) {
      throw new PythonError(`Python with ${packages.join(' and ')} could not be set up. Set SHRINKNAS_PYTHON to one that has them.`, { cause });
    }
    // Written last: a half-done installation is done again.
    writeFileSync(complete, '');
  }
  return program;
}
