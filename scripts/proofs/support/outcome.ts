import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { processSpace } from '../../../src/disk/process-space.ts';

/** All files below a folder, as paths relative to it; links are followed to what they are about. */
export function filesBelow(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const name of readdirSync(folder).sort()) {
      const file = path.join(folder, name);
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) visit(file);
      else found.push(path.relative(root, file));
    }
  };
  if (existsSync(root)) visit(root);
  return found;
}

/** SHA-256 of each file that the latest results have, by its path; what stands aside as damaged is no result. */
export function resultsOf(project: string): Record<string, string> {
  const latest = path.join(project, 'runs/latest');
  const files = filesBelow(latest).filter((file) => !file.includes('damaged-'));
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(path.join(latest, file)))
        .digest('hex'),
    ]),
  );
}

/** Results that differ from those that are expected, each by its path. */
export function differences(expected: Record<string, string>, found: Record<string, string>): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names.filter((name) => expected[name] !== found[name]);
}

/** What interrupted runs left in a project that nobody needs any more: paths, and processes that work in it. */
export function leftBehind(project: string, store = path.join(project, 'runs/store')): string[] {
  const folders = ['locks', 'tmp', 'progress'].flatMap((name) => {
    const folder = path.join(store, name);
    return existsSync(folder) ? readdirSync(folder).map((entry) => path.join(folder, entry)) : [];
  });
  const files = [...filesBelow(path.join(project, 'runs/records')), ...filesBelow(path.join(project, 'runs/cache'))]
    .concat(['keys', 'manifests'].flatMap((name) => filesBelow(path.join(store, name))))
    .filter((file) => /\.tmp$/.test(file) || isMarkOfTheDead(path.join(project, 'runs/records', file)));
  return [...folders, ...files, ...processesIn(project).map((pid) => `process ${pid}`)];
}

/** Whether it says that a run goes on, of a process that could be seen if it did: not one in another PID namespace. */
function isMarkOfTheDead(file: string): boolean {
  if (!file.endsWith('runner/holder.json') || !existsSync(file)) return false;
  return (JSON.parse(readFileSync(file, 'utf8')) as { space: string }).space === processSpace();
}

/** Processes whose working folder is the project's. */
function processesIn(project: string): string[] {
  if (!existsSync('/proc/self/cwd')) return [];
  const folder = realpathSync(project);
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return (
        realpathSync(`/proc/${pid}/cwd`) === folder && !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
      );
    } catch {
      return false;
    }
  });
}

/** Whether a program told of a bug of its own, with a stack. */
export function hasStack(text: string): boolean {
  return /^\s+at .*:\d+:\d+\)?$/m.test(text) || text.includes('This is a bug');
}
