/**
 * Proof: a run that is killed again and again, whole or in part, and stopped by signals, makes the same bytes as an
 * undisturbed one and leaves nothing behind. Prints what each interruption cost.
 * npm run prove kill-storm [kills=50] [signals=20] [updates=250] [seed=1]
 *
 * The pipeline is the quick start with that many updates of each training; with less than 20, the tiny one of the tests.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/runner/package-root.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { killTree } from '../../test/support/kill-tree.ts';
import { makeProject, type TestProject } from '../../test/support/project.ts';
import { tinyQuickstart } from '../../test/support/tiny-quickstart.ts';
import { Faults } from './support/faults.ts';
import { numbersOf } from './support/options.ts';
import { differences, hasStack, leftBehind, resultsOf } from './support/outcome.ts';

const options = numbersOf({ kills: 50, signals: 20, updates: 250, seed: 1 });
const random = new RandomStream(options.seed, 'kill-storm');
const faults = new Faults();

const pipeline =
  options.updates < 20
    ? tinyQuickstart()
    : JSON.stringify({ extends: 'quickstart.json5', params: { updates: options.updates } });
const words = ['pipelines/storm.json5', '--json'];
const open = (): TestProject =>
  makeProject({
    // What makes a folder a project; all that it runs is this package's.
    'stages/README.md': '',
    'schemas/README.md': '',
    'pipelines/storm.json5': pipeline,
    'pipelines/quickstart.json5': readFileSync(path.join(packageRoot, 'pipelines/quickstart.json5'), 'utf8'),
  });

const ways = ['whole tree', 'runner alone', 'stage alone', 'SIGINT', 'SIGTERM'] as const;
type Way = (typeof ways)[number];
/** What a stage, or a part of it, had done when it last told. */
type Done = Map<string, { done: number; unit: string; rate: number }>;

/** One attempt, interrupted or not: how it ended, and what its stages told. */
interface Attempt {
  exitCode: number | null;
  stderr: string;
  /** Stages that were executed when it was interrupted. */
  at: string[];
  /** At the end. */
  last: Done;
  /** Of what was told first of each. */
  first: Done;
  seconds: number;
}

/** Starts the run, and interrupts it after some milliseconds of its stages' work, or in the midst of publishing. */
async function attempt(project: TestProject, way?: Way, when?: number | 'publishing'): Promise<Attempt> {
  const began = performance.now();
  const { process: runner, result } = project.start(words);
  const [first, last]: Done[] = [new Map(), new Map()];
  const running = new Set<string>();
  let at: string[] | undefined;
  const strike = () => {
    if (at !== undefined || way === undefined) return;
    at = [...running];
    interrupt(runner.pid!, way);
  };
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  runner.stdout!.on('data', (more: string) => {
    const lines = (rest + more).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const event = JSON.parse(line) as Record<string, unknown> & { type: string; stage: string };
      if (event.type === 'stage-started') {
        running.add(event.stage);
        if (typeof when === 'number') timer ??= setTimeout(strike, when);
      } else if (/^stage-(finished|failed|interrupted)$/.test(event.type)) running.delete(event.stage);
      else if (event.type === 'stage-progress' && at === undefined) note(event as never, first, last);
    }
  });
  const made = artifactsIn(project);
  const watcher = when === 'publishing' ? setInterval(() => artifactsIn(project) > made && strike(), 3) : undefined;
  const { exitCode, stderr } = await result;
  clearTimeout(timer);
  clearInterval(watcher);
  return { exitCode, stderr, at: at ?? [], first, last, seconds: (performance.now() - began) / 1000 };
}

/** How many artifacts stand in the store; of one more, the key is about to be written. */
function artifactsIn(project: TestProject): number {
  const objects = path.join(project.folder, 'runs/store/objects');
  if (!existsSync(objects)) return 0;
  return readdirSync(objects).reduce((sum, group) => sum + readdirSync(path.join(objects, group)).length, 0);
}

function note(
  { stage, part, update, rate }: { stage: string; part?: string; update: { done: number; unit: string }; rate: number },
  first: Done,
  last: Done,
): void {
  const name = [stage, part, update.unit].filter(Boolean).join(' ');
  const told = { ...update, rate };
  if (!first.has(name)) first.set(name, told);
  last.set(name, told);
}

function interrupt(runner: number, way: Way): void {
  if (way === 'whole tree') killTree(runner);
  else if (way === 'runner alone') kill(runner, 'SIGKILL');
  else if (way === 'stage alone') stagesOf(runner).forEach((stage) => kill(stage, 'SIGKILL'));
  else kill(runner, way);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Processes that a runner has started. */
function stagesOf(runner: number): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === runner;
      } catch {
        return false;
      }
    })
    .map(Number);
}

interface Cost {
  units: number;
  unit: string;
  rate: number;
}

/** What was done before an interruption and is done again: the most of all that went on. Parts are not counted. */
function costOf(before: Done, after: Done): Cost | undefined {
  const costs = [...after].flatMap(([name, { done }]): Cost[] => {
    const told = before.get(name);
    if (told === undefined || told.unit.startsWith('parts')) return [];
    // What is told first has been done by then.
    return [{ units: Math.max(0, told.done - (done - 1)), unit: told.unit, rate: told.rate }];
  });
  return costs.sort((a, b) => b.units - a.units)[0];
}

function drawCost(cost: Cost | undefined): string {
  if (cost === undefined) return 'nothing that was counted';
  const { units, unit, rate } = cost;
  return `${units} ${unit}${rate > 0 ? `, ${(units / rate).toFixed(1)} s` : ''}`;
}

const undisturbed = open();
const alone = await attempt(undisturbed);
if (alone.exitCode !== 0) throw new Error(alone.stderr);
const expected = resultsOf(undisturbed.folder);
console.log(`undisturbed: ${alone.seconds.toFixed(0)} s, ${Object.keys(expected).length} files`);
undisturbed.remove();

const kills = ways.slice(0, 3);
const plan: Way[] = [
  ...Array.from({ length: options.kills }, (_, i) => kills[i % kills.length]),
  ...Array.from({ length: options.signals }, (_, i) => (i % 2 === 0 ? 'SIGINT' : 'SIGTERM') as Way),
];
for (let i = plan.length - 1; i > 0; i--) {
  const j = random.integer(i + 1);
  [plan[i], plan[j]] = [plan[j], plan[i]];
}
/** So that a project comes to its end after some ten interruptions. */
const longest = Math.max(1500, (alone.seconds * 1000) / 5);
const hits = new Map<string, number>();
let project = open();
let before: { way: Way; last: Done; at: string[] } | undefined;
while (plan.length > 0 || before !== undefined) {
  const way = plan.shift();
  const when = random.integer(4) === 0 ? 'publishing' : random.integer(Math.round(longest));
  const { exitCode, stderr, at, first, last } = await attempt(project, way, when);
  if (before !== undefined) {
    const cost = costOf(before.last, first);
    console.log(`  ${before.way} in ${before.at.join(', ') || 'no stage'}: lost ${drawCost(cost)}`);
    if (before.way.startsWith('SIG') && cost?.unit === 'updates' && cost.units > 1)
      faults.add(`${before.way} lost ${cost.units} updates, and at most the one at hand may be`);
    before = undefined;
  }
  if (hasStack(stderr)) faults.add(`${way}: ${stderr}`);
  for (const stage of at) hits.set(stage, (hits.get(stage) ?? 0) + 1);
  if (exitCode === 0) {
    const differing = differences(expected, resultsOf(project.folder));
    if (differing.length > 0) faults.add(`other bytes than undisturbed: ${differing.join(', ')}`);
    for (const left of leftBehind(project.folder)) faults.add(`left behind: ${left}`);
    project.remove();
    project = open();
    // It came to its end before its turn.
    if (at.length === 0 && way !== undefined) plan.push(way);
  } else if (way !== undefined) {
    const codes: Record<Way, (number | null)[]> = {
      'whole tree': [null],
      'runner alone': [null],
      'stage alone': [1],
      SIGINT: [130],
      SIGTERM: [143],
    };
    if (!codes[way].includes(exitCode)) faults.add(`${way}: ended with ${exitCode}: ${stderr}`);
    before = { way, last, at };
  } else faults.add(`undisturbed, it ended with ${exitCode}: ${stderr}`);
}
project.remove();
console.log(`hit: ${[...hits].map(([stage, count]) => `${stage} ${count}`).join(', ')}`);
faults.conclude('interrupted anywhere, a run makes the same bytes and leaves nothing behind');
