/**
 * Random histories of two projects that share a store, a collection at their end, and what must then hold. A stage is
 * a sum that is written by this process: what is collected does not depend on where it was made.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { collect } from '../../../src/runner/collection/collect.ts';
import type { CollectionLimits } from '../../../src/runner/collection/collection.ts';
import { planCollection } from '../../../src/runner/collection/collection.ts';
import type { Job, JobEnd } from '../../../src/runner/execute/job.ts';
import { runPipeline } from '../../../src/runner/execute/run.ts';
import { Diagnostic } from '../../../src/runner/diagnostic.ts';
import { makePlan } from '../../../src/runner/plan/plan.ts';
import type { Store } from '../../../src/runner/store/store.ts';
import { openStore } from '../../../src/runner/store/store.ts';
import type { RunRecord } from '../../../src/runner/records.ts';
import type { Pipeline } from '../../../src/runner/types.ts';
import { filesBelow } from '../../support/files.ts';
import { artifactSchemas, ToyProject } from './toy-project.ts';

/** One thing that is done to a project. */
type Step = { project: number; pipeline: number } & (
  | { kind: 'run'; values: number[]; only?: string; force?: string; fails?: string; stops?: string }
  | { kind: 'forget'; back: number }
  | { kind: 'aside'; back: number }
);

export interface HistoryCase {
  steps: Step[];
  limits: { olderThanRuns?: number; maxBytes?: number };
}

const stageIds = ['a', 'b', 'c'] as const;
const stage = fc.constantFrom(...stageIds);
const place = { project: fc.nat({ max: 1 }), pipeline: fc.nat({ max: 1 }) };
const once = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 6 });

export const histories: fc.Arbitrary<HistoryCase> = fc.record({
  steps: fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant('run' as const),
          ...place,
          values: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
          only: once(stage),
          force: once(stage),
          fails: once(stage),
          stops: once(stage),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), ...place, back: fc.nat({ max: 4 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('aside' as const), ...place, back: fc.nat({ max: 4 }) }) },
    ),
    { minLength: 1, maxLength: 12 },
  ),
  limits: fc.record({
    olderThanRuns: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
    maxBytes: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
  }),
});

/**
 * Lives through a history, collects, and looks.
 * @returns bytes that were freed
 * @throws AssertionError where a kept run lost something, or other bytes were freed than were announced
 */
export async function liveThrough({ steps, limits }: HistoryCase): Promise<number> {
  const projects = [new ToyProject(), new ToyProject()];
  for (const project of projects) project.addType('t', 'export default () => 1;\n');
  const stores = () => projects.map(({ folder }) => openStore({ project: folder, store: sharedStore(projects) }));
  const ends: number[] = [];
  try {
    const whole = new Map<string, WholeRun>();
    for (const [index, step] of steps.entries()) {
      const run = await take(step, index, projects, stores);
      if (run !== undefined) whole.set(`${run.project} ${run.number}`, run);
      // What no record names any more is nobody's.
      if (step.kind === 'forget') whole.clear();
      ends.push(Date.now());
    }
    const [store] = stores();
    const before = stores().map((each) => snapshot(each));
    const planned = await verdicts(whole, projects, stores());
    const bytes = bytesBelow(projects);
    const collection = planCollection(store, inDays(limits, ends));
    collect(store, collection);
    const announced = collection.remove.reduce((sum, { item }) => sum + item.bytes, 0);
    assert.equal(bytes - bytesBelow(projects), announced, 'other bytes were freed than announced');
    stores().forEach((each, i) => assertNothingLost(before[i], each, i === 0));
    assertSameVerdicts(planned, await verdicts(whole, projects, stores()));
    assertDone(stores()[0]);
    return announced;
  } finally {
    projects.forEach((project) => project.remove());
  }
}

/** The first project's own: the second is a guest there. */
function sharedStore([first]: ToyProject[]): string {
  return path.join(first.folder, 'runs', 'store');
}

function pipelineOf(project: ToyProject, number: number, [a, b, c]: number[]): Pipeline {
  return project.pipeline(
    {
      a: { type: 't', params: { value: a } },
      b: { type: 't', params: { value: 10 * b }, inputs: { a: 'a' } },
      c: { type: 't', params: { value: 100 * c }, inputs: { a: 'b' } },
    },
    { name: `toy${number}`, file: path.join(project.folder, `toy${number}.json5`) },
  );
}

/** A run that brought all of a pipeline up to date. */
interface WholeRun {
  project: number;
  number: number;
  values: number[];
}

async function take(
  step: Step,
  index: number,
  projects: ToyProject[],
  stores: () => Store[],
): Promise<WholeRun | undefined> {
  const store = stores()[step.project];
  if (step.kind === 'run') {
    const pipeline = pipelineOf(projects[step.project], step.pipeline, step.values);
    const stopping = new AbortController();
    const execute = (job: Job, { log }: { log?: string }) => executed(job, log!, step, index, stopping);
    const started = runPipeline(pipeline, store, {
      artifactSchemas,
      execute: (job, context) => Promise.resolve(execute(job, context)),
      signal: stopping.signal,
      ...(step.only === undefined ? {} : { only: [step.only] }),
      ...(step.force === undefined || ![undefined, step.force].includes(step.only) ? {} : { force: [step.force] }),
    });
    const record = await started.catch((error: unknown) => {
      // Alone it needs what is not there.
      if (!(error instanceof Diagnostic)) throw error;
      return undefined;
    });
    const isWhole = record?.status === 'succeeded' && step.only === undefined;
    return isWhole ? { project: step.project, number: step.pipeline, values: step.values } : undefined;
  }
  const run = store.runs()[step.back];
  if (run === undefined) return undefined;
  // As somebody may by hand.
  if (step.kind === 'forget') rmSync(store.layout.record(run.id));
  else mkdirSync(path.join(path.dirname(store.layout.record(run.id)), `damaged-${index}`));
  return undefined;
}

function executed(job: Job, log: string, step: Step & { kind: 'run' }, index: number, stop: AbortController): JobEnd {
  appendFileSync(log, `step ${index}\n`);
  writeFileSync(path.join(job.progress, 'saved'), `step ${index}`);
  if (step.fails === job.stage) return { status: 'failed', message: 'told to fail', peakMemoryBytes: 1 };
  if (step.stops === job.stage) {
    stop.abort();
    return { status: 'interrupted' };
  }
  let value = job.params.value as number;
  for (const { folder } of Object.values(job.inputs))
    value += (JSON.parse(readFileSync(path.join(folder, 'number.json'), 'utf8')) as { value: number }).value;
  writeFileSync(path.join(job.outputs.number.folder, 'number.json'), JSON.stringify({ value }));
  // What is forced comes out differently, as where a stage is not deterministic.
  mkdirSync(path.join(job.outputs.number.folder, 'notes'));
  writeFileSync(path.join(job.outputs.number.folder, 'notes', 'step.txt'), step.force === job.stage ? `${index}` : '-');
  return { status: 'succeeded', peakMemoryBytes: 1 };
}

/** Everything that can be asked of each run: outputs byte for byte, what made them, and logs. */
function snapshot(store: Store): Map<string, unknown> {
  return new Map(store.runs().map((run) => [run.id, seen(run, store)]));
}

function seen(run: RunRecord, store: Store): unknown {
  return run.stages.map((stage) => ({
    stage,
    outputs: Object.values(stage.outputs).map(({ digest }) => hashBelow(store.artifactFolder(digest))),
    inputs: Object.values(stage.fields?.inputs ?? {}).map((digest) => hashBelow(store.artifactFolder(digest))),
    made: stage.key && store.keyRecord(stage.key),
    progress: ['failed', 'interrupted'].includes(stage.outcome) && hashBelow(store.layout.progress(stage.key!)),
    log: contentOf(store.logFile(run, stage.id)),
  }));
}

function contentOf(file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}

/** SHA-256 of names and contents, undefined where there is nothing. */
function hashBelow(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const hash = createHash('sha256');
  for (const { path: file } of filesBelow(folder))
    hash.update(`${path.relative(folder, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function bytesBelow(projects: ToyProject[]): number {
  return projects
    .flatMap(({ folder }) => (existsSync(path.join(folder, 'runs')) ? filesBelow(path.join(folder, 'runs')) : []))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @param own whether its runs may have been removed at all */
function assertNothingLost(before: Map<string, unknown>, store: Store, own: boolean): void {
  const kept = store.runs();
  for (const run of kept) assert.deepEqual(seen(run, store), before.get(run.id), `run ${run.id} lost something`);
  if (!own) assert.equal(kept.length, before.size, 'a run of another project was removed');
}

/** What the last whole run of each pipeline would be told now. */
async function verdicts(runs: Map<string, WholeRun>, projects: ToyProject[], stores: Store[]) {
  const found = new Map<string, string[]>();
  for (const [name, { project, number, values }] of runs) {
    const { stages } = await makePlan(pipelineOf(projects[project], number, values), stores[project]);
    found.set(
      name,
      stages.map(({ verdict }) => verdict.kind),
    );
  }
  return found;
}

function assertSameVerdicts(before: Map<string, string[]>, after: Map<string, string[]>): void {
  for (const [name, kinds] of before) assert.deepEqual(after.get(name), kinds, `the plan of ${name} is another`);
}

/** A second collection with the same knowledge finds nothing, and no link leads nowhere. */
function assertDone(store: Store): void {
  assert.deepEqual(planCollection(store, {}).remove, []);
  const latest = path.join(store.layout.runs, 'latest');
  if (!existsSync(latest)) return;
  for (const entry of readdirSync(latest, { recursive: true, withFileTypes: true }))
    if (entry.isSymbolicLink()) assert.ok(existsSync(path.join(entry.parentPath, entry.name)), 'a link leads nowhere');
}

/** Ages as days, so that runs before the one that many steps back are too old. */
function inDays({ olderThanRuns, maxBytes }: HistoryCase['limits'], ends: number[]): CollectionLimits {
  const end = olderThanRuns === undefined ? undefined : ends.at(-1 - olderThanRuns);
  return {
    ...(end === undefined ? {} : { olderThanDays: (Date.now() - end) / (24 * 60 * 60 * 1000) }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}
