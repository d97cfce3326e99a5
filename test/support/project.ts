import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../src/disk/files.ts';
import { packageRoot } from '../../src/runner/package-root.ts';

const program = path.join(packageRoot, 'bin/shrinknas.js');

/** What one command line came to. */
export interface CommandResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Types of the stages that were executed, as they themselves told, in order. */
  executed: string[];
}

/** A project in a temporary folder, and the real command line in it. */
export interface TestProject {
  folder: string;
  /** Writes files, paths relative to the project. */
  write(files: Record<string, string>): void;
  read(file: string): string;
  /** Runs the command line in the project's folder. */
  run(words: string[], options?: { env?: Record<string, string> }): Promise<CommandResult>;
  /** Starts it, for tests that send signals or read along. */
  start(
    words: string[],
    options?: {
      env?: Record<string, string>;
      /** A program, with its arguments, that starts the command line. */
      wrapper?: readonly string[];
    },
  ): { process: ChildProcess; result: Promise<CommandResult> };
  /** The same files, records and artifacts in another folder. */
  copy(): TestProject;
  /** Artifacts are read-only, hence not by `rmSync`. */
  remove(): void;
}

/**
 * Makes a project of the given files. A stage tells that it was executed by a line in the file that `EXECUTED` names.
 */
export function makeProject(files: Record<string, string>): TestProject {
  const project = projectIn(mkdtempSync(path.join(tmpdir(), 'shrinknas-project-')));
  project.write(files);
  return project;
}

function projectIn(folder: string): TestProject {
  const executions = path.join(folder, 'executed.txt');
  const start: TestProject['start'] = (words, { env = {}, wrapper = [] } = {}) => {
    rmSync(executions, { force: true });
    const [command, ...rest] = [...wrapper, process.execPath, program, ...words];
    const child = spawn(command, rest, {
      cwd: folder,
      env: { ...cleanEnvironment(), EXECUTED: executions, ...env },
    });
    return { process: child, result: resultOf(child, executions) };
  };
  return {
    folder,
    write(files) {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        writeFileSync(path.join(folder, name), text);
      }
    },
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    start,
    run: (words, options) => start(words, options).result,
    copy() {
      const target = mkdtempSync(path.join(tmpdir(), 'shrinknas-project-'));
      cpSync(folder, target, { recursive: true, verbatimSymlinks: true });
      return projectIn(target);
    },
    remove: () => removeTree(folder),
  };
}

/** Ours without what changes the program's behaviour: a test must not depend on where it runs. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SHRINKNAS_|npm_|NODE_OPTIONS$|CI$|NO_COLOR$|FORCE_COLOR$)/.test(name),
  );
  return Object.fromEntries(kept) as NodeJS.ProcessEnv;
}

function resultOf(child: ChildProcess, executions: string): Promise<CommandResult> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => void (texts[name] += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const executed = existsSync(executions)
        ? readFileSync(executions, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : [];
      resolve({ exitCode, ...texts, executed });
    });
  });
}
