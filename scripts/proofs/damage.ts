/**
 * Proof: whatever happens to a file of `runs/`, no wrong result is shown, nothing ends with a stack, and the next run
 * heals it or names it with what to do. npm run prove damage [seconds=N] [quickstart=N]
 *
 * Of a tiny pipeline every file that a run leaves is damaged in every way; of a quick start, interrupted in the middle
 * and finished, N files of each kind of file in turns.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeTree } from '../../src/disk/files.ts';
import { packageRoot } from '../../src/runner/package-root.ts';
import { arithmeticProject } from '../../test/support/arithmetic.ts';
import { killTree } from '../../test/support/kill-tree.ts';
import { makeProject, type TestProject } from '../../test/support/project.ts';
import { tinyQuickstart } from '../../test/support/tiny-quickstart.ts';
import { Faults } from './support/faults.ts';
import { numbersOf } from './support/options.ts';
import { differences, filesBelow, hasStack, resultsOf } from './support/outcome.ts';

const options = numbersOf({ seconds: 100_000, quickstart: 2 });
const deadline = performance.now() + 1000 * options.seconds;
const faults = new Faults();

const replaced = (text: string) => (file: string) => {
  rmSync(file);
  writeFileSync(file, text);
};

const damages: Record<string, (file: string) => void> = {
  'bit flipped': (file) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);
  },
  truncated: (file) => truncateSync(file, statSync(file).size >> 1),
  emptied: (file) => truncateSync(file),
  removed: (file) => rmSync(file),
  folder: (file) => {
    rmSync(file);
    mkdirSync(file);
  },
  null: replaced('null'),
  '{}': replaced('{}'),
};

/** Ways that change the bytes of a file, and leave it one. */
const bytewise = new Set(['bit flipped', 'truncated', 'emptied']);

/** Damages a file, and gives it the times that it had. */
function damage(file: string, how: (file: string) => void): void {
  const isLink = lstatSync(file).isSymbolicLink();
  const { atime, mtime } = lstatSync(file);
  for (let folder = path.dirname(file); folder.includes('/objects/'); folder = path.dirname(folder))
    chmodSync(folder, 0o755);
  if (!isLink) chmodSync(file, 0o644);
  how(file);
  if (existsSync(file)) utimesSync(file, atime, mtime);
}

/** What kind of file it is: digests, runs and numbers do not count. */
function kindOf(file: string): string {
  return file
    .replace(/[0-9a-f]{64}/g, '<digest>')
    .replace(/\/[0-9a-f]{2}\//g, '/<xx>/')
    .replace(/\/of\/.*\//g, '/of/…/')
    .replace(/records\/[^/]+/, 'records/<run>')
    .replace(/stages\/[^/]+?\.(?=log|job|metrics)/, 'stages/<stage>.')
    .replace(/latest\/.*/, 'latest/…')
    .replace(/-\d+\b/g, '-<n>');
}

interface Subject {
  name: string;
  project: TestProject;
  words: string[];
  /** Stage that is executed in any case, so that its code, its inputs and its progress are read. */
  forced: string;
  /** What the latest results are when all is well. */
  expected: Record<string, string>;
}

type Verdict = 'unharmed' | 'healed' | 'named, then healed' | 'WRONG';

/** Damages one file of a copy, and sees what comes of it. */
async function prove(
  { name, project, words, forced, expected }: Subject,
  file: string,
  kind: string,
): Promise<Verdict> {
  const copy = project.copy();
  const wrong = (what: string): Verdict => {
    faults.add(`${name}, ${file}, ${kind}: ${what}`);
    return 'WRONG';
  };
  try {
    damage(path.join(copy.folder, 'runs', file), damages[kind]);
    const looked = await copy.run(['show', 'latest']);
    if (hasStack(looked.stdout + looked.stderr)) return wrong(`a stack: ${looked.stderr}`);
    for (let attempt = 1; attempt <= 3; attempt++) {
      const { exitCode, stdout, stderr, executed } = await copy.run([...words, '--force', forced]);
      if (hasStack(stdout + stderr)) return wrong(`a stack: ${stderr}`);
      if (exitCode !== 0) {
        if (!/run again|remove|--restart|--force|verify/.test(stderr))
          return wrong(`it is not said what to do: ${stderr}`);
        continue;
      }
      const differing = differences(expected, resultsOf(copy.folder));
      if (differing.length > 0) return wrong(`another result: ${differing.join(', ')}; ${stderr}`);
      const verified = await copy.run(['verify', '--repair']);
      if (verified.exitCode !== 0 || hasStack(verified.stderr)) return wrong(`verify: ${verified.stderr}`);
      if (attempt > 1) return 'named, then healed';
      return executed.length > 1 || /warning|damaged/.test(stderr) ? 'healed' : 'unharmed';
    }
    return wrong('three runs did not heal it');
  } finally {
    copy.remove();
  }
}

/** Damages files of a subject in every way, and prints what came of it. */
async function proveAll(subject: Subject, most: number): Promise<void> {
  const runs = path.join(subject.project.folder, 'runs');
  const links = filesBelow(path.join(runs, 'latest')).map((file) => path.join('latest', path.dirname(file)));
  const files = [...filesBelow(runs).filter((file) => !file.startsWith('latest/')), ...new Set(links)];
  const byKind = groupBy(files);
  const kinds = Object.keys(damages);
  console.log(`\n${subject.name}: ${files.length} files of ${byKind.size} kinds`);
  const told = new Map<string, Set<Verdict>>();
  // Of a sample, each member is damaged in other ways, until each way has had its turn.
  const every = [...byKind].flatMap(([of, members]) =>
    most === Infinity
      ? members.flatMap((file, i) => kinds.map((kind, j) => ({ of, file, kind, turn: i * kinds.length + j })))
      : kinds.map((kind, i) => ({ of, file: members[i % Math.min(most, members.length)], kind, turn: i })),
  );
  // A link to a folder has no bytes of its own.
  const cases = every.filter(({ file, kind }) => !file.startsWith('latest/') || !bytewise.has(kind));
  // Kinds of files take turns, so that a proof that runs out of time has seen something of each.
  cases.sort((one, other) => one.turn - other.turn);
  const all = cases.length;
  const take = async () => {
    for (let next; performance.now() < deadline && (next = cases.shift()) !== undefined;) {
      const cell = `${next.of} ${next.kind}`;
      told.set(cell, (told.get(cell) ?? new Set()).add(await prove(subject, next.file, next.kind)));
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, take));
  for (const of of byKind.keys()) {
    const cells = kinds.map((kind) => `${kind}: ${[...(told.get(`${of} ${kind}`) ?? ['not tried'])].join(' or ')}`);
    console.log(`  ${of}\n    ${cells.join('; ')}`);
  }
  if (cases.length > 0) console.log(`  time is over: ${cases.length} of ${all} cases were not tried`);
}

function groupBy(files: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) groups.set(kindOf(file), [...(groups.get(kindOf(file)) ?? []), file]);
  return groups;
}

async function finished(
  files: Record<string, string>,
  words: string[],
  forced: string,
  name: string,
): Promise<Subject> {
  const project = makeProject(files);
  const { exitCode, stderr } = await project.run(words);
  if (exitCode !== 0) throw new Error(stderr);
  return { name, project, words, forced, expected: resultsOf(project.folder) };
}

/** The same, killed in the middle of a stage that has saved progress. */
async function interrupted(of: Subject, files: Record<string, string>): Promise<Subject> {
  const project = makeProject(files);
  const { process: runner, result } = project.start([...of.words, '--json']);
  await new Promise<void>((resolve) => {
    let text = '';
    runner.stdout!.on('data', (more: string) => {
      text += more;
      // Some candidates are trained, each in its part, and others are not.
      if (/"stage-progress","stage":"choose","update":\{"done":[23],/.test(text)) resolve();
    });
    runner.on('close', () => resolve());
  });
  killTree(runner.pid!);
  await result;
  return { ...of, name: `${of.name}, interrupted`, project };
}

const quickstart = {
  'pipelines/tiny.json5': tinyQuickstart(),
  'pipelines/quickstart.json5': readFileSync(path.join(packageRoot, 'pipelines/quickstart.json5'), 'utf8'),
  // What makes a folder a project; all that it runs is this package's.
  'stages/README.md': '',
  'schemas/README.md': '',
};
const most = options.quickstart;
const tiny = await finished(arithmeticProject(), ['arithmetic.json5'], 'total', 'a tiny pipeline');
const subjects = [tiny];
try {
  await proveAll(tiny, Infinity);
  if (most > 0 && performance.now() < deadline) {
    const whole = await finished(quickstart, ['pipelines/tiny.json5'], 'bleu', 'a quick start');
    subjects.push(whole);
    const half = await interrupted(whole, quickstart);
    subjects.push(half);
    await proveAll(half, most);
    await proveAll(whole, most);
  }
} finally {
  for (const { project } of subjects) removeTree(project.folder);
}
faults.conclude(
  'of what was tried, no damage makes a wrong result or a stack, and each is healed, or named with what to do',
);
