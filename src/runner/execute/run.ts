import type { RunEvent } from '../events.ts';
import { Diagnostic, ExitCode } from '../diagnostic.ts';
import type { ArtifactSchema } from '../load/artifacts.ts';
import type { Plan } from '../plan/plan.ts';
import { planWith } from '../plan/plan.ts';
import type { PlanOptions } from '../plan/planner.ts';
import { Planner } from '../plan/planner.ts';
import { RunLock } from '../store/lock.ts';
import type { Store } from '../store/store.ts';
import type { Key, KeyRecord, Pipeline, PlannedStage, Resources, RunRecord, RunStage, StageInstance, Verdict } from '../types.ts';
import { childExecutor } from './child.ts';
import type { StageExecutor } from './job.ts';
import { gitState, machineResources } from './machine.ts';
import { Pool } from './pool.ts';
import { RunLog } from './run-log.ts';
import type { RunContext } from './run-stage.ts';
import { runStage } from './run-stage.ts';

export interface RunOptions extends PlanOptions {
  /** How many stages may run at once; by default one. */
  jobs?: number;
  /** After a failure, go on with the stages that do not depend on it. */
  keepGoing?: boolean;
  /** Forget the saved progress of the stages to execute. */
  restart?: boolean;
  /** Stops the run: stages get SIGTERM, then SIGKILL. */
  signal?: AbortSignal;
  /** Seconds to wait for another run in the same `runs/` folder; by default an hour. */
  lockTimeout?: number;
  /** Called with the description of another run that is waited for. */
  onLockWait?: (holder: string) => void;
  /** What stages may use together; by default all that the machine has. */
  resources?: Partial<Resources>;
  /** By artifact type; by default those in the project's `schemas/artifacts/`. */
  artifactSchemas?: Record<string, ArtifactSchema>;
  /** By default, a process for each stage. */
  execute?: StageExecutor;
}

type Runnable = Extract<Verdict, { kind: 'run' }>;

/**
 * Brings the selected stages up to date and records what was done. A failed stage is an outcome in the record, not an error.
 * @throws Diagnostic for anything that keeps the run from starting: unknown stages, code that does not compile, a lock that is not
 * obtained in time (exit code 75)
 */
export async function runPipeline(
  pipeline: Pipeline,
  store: Store,
  options: RunOptions = {},
  onEvent: (event: RunEvent) => void = () => {},
): Promise<RunRecord> {
  const signal = options.signal ?? new AbortController().signal;
  const lock = await acquireLock(pipeline, store, options, signal);
  try {
    store.removeOrphanedDrafts();
    const planner = await Planner.open(pipeline, store, options);
    const plan = planWith(planner);
    const schemas = options.artifactSchemas ?? await loadSchemas(plan, pipeline.project);
    const isIdle = plan.stages.every(({ verdict }) => verdict.kind === 'fresh');
    const run = new PipelineRun({
      planner, plan, store, lock, signal, onEvent,
      id: isIdle ? store.newRunId(pipeline.name) : await store.claimRunId(pipeline.name),
      git: isIdle ? null : await gitState(pipeline.project),
      limits: { ...machineResources(), ...options.resources },
      jobs: options.jobs ?? 1,
      keepGoing: options.keepGoing ?? false,
      restart: options.restart ?? false,
      execute: options.execute ?? childExecutor(),
      schemas,
    });
    return await run.finish();
  } finally {
    lock.release();
    store.saveStatCache();
  }
}

async function acquireLock(pipeline: Pipeline, store: Store, options: RunOptions, signal: AbortSignal): Promise<RunLock> {
  const { lockTimeout = 3600, onLockWait } = options;
  try {
    return await RunLock.acquire(store.layout.lock, { pipeline: pipeline.name, timeout: lockTimeout, onWait: onLockWait, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Diagnostic('interrupted before the run began', { exitCode: ExitCode.interrupted, cause: error });
  }
}

async function loadSchemas(plan: Plan, project: string): Promise<Record<string, ArtifactSchema>> {
  // Only stages that execute check artifacts; a run with nothing to do is spared the schemas.
  if (plan.stages.every(({ verdict }) => verdict.kind === 'fresh' || verdict.kind === 'restore')) return {};
  const { loadArtifactSchemas } = await import('../load/artifacts.ts');
  return loadArtifactSchemas(project);
}

interface RunParts extends Omit<RunContext, 'run' | 'runLog' | 'pool' | 'plan'> {
  plan: Plan;
  id: string;
  lock: RunLock;
  git: RunRecord['git'];
  limits: Resources;
  jobs: number;
  keepGoing: boolean;
}

/** One run, from its plan to its record. */
class PipelineRun {
  readonly #parts: RunParts;
  readonly #pool: Pool;
  readonly #log: RunLog;
  /** Stages that are to execute and wait for resources, first come, first served. */
  readonly #queue = new Map<string, { instance: StageInstance; verdict: Runnable }>();
  readonly #running = new Map<string, Promise<void>>();
  /** Keys that are being executed: of two stages that are forced and have the same one, the second would share the first's progress. */
  readonly #busy = new Set<Key>();
  readonly #making = new Map<Key, string>();
  /** Places in the plan of each stage's readers. */
  readonly #dependants = new Map<string, number[]>();
  /** Places in the plan of stages about which something may be decided now. */
  readonly #attention: Set<number>;
  /** Places in the plan of stages that wait for another one with the same key. */
  readonly #twins = new Set<number>();
  #hasFailed = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#pool = new Pool(parts.limits, parts.jobs);
    const stages = parts.plan.stages.map(({ instance }) => instance);
    this.#log = new RunLog(parts.store, parts.planner.pipeline, { id: parts.id, git: parts.git, stages });
    this.#attention = new Set(parts.plan.stages.keys());
    for (const [place, { instance, verdict }] of parts.plan.stages.entries()) {
      if (verdict.kind === 'run' && !this.#making.has(verdict.key)) this.#making.set(verdict.key, instance.id);
      for (const { stage } of Object.values(instance.inputs)) {
        const readers = this.#dependants.get(stage);
        if (readers === undefined) this.#dependants.set(stage, [place]);
        else readers.push(place);
      }
    }
  }

  async finish(): Promise<RunRecord> {
    const { plan, id, onEvent } = this.#parts;
    onEvent({ type: 'run-started', run: id, planned: plan.stages.map(({ instance, verdict }) => ({ id: instance.id, kind: verdict.kind })) });
    try {
      for (;;) {
        if (!this.#isStopping()) this.#decideAll();
        if (!this.#isStopping()) this.#startWhatFits();
        if (this.#running.size === 0) break;
        await Promise.race(this.#running.values());
      }
    } finally {
      // Only a bug leads here with stages still running: they must not go on without their runner.
      await Promise.allSettled(this.#running.values());
    }
    this.#skipRest();
    const { record, recorded } = this.#log.finish();
    onEvent({ type: 'run-finished', record, recorded });
    return record;
  }

  #isStopping(): boolean {
    return this.#parts.signal.aborted || (this.#hasFailed && !this.#parts.keepGoing);
  }

  /** Settles all that needs no execution, and queues what does. */
  #decideAll(): void {
    const { plan } = this.#parts;
    while (this.#attention.size > 0) {
      const places = [...this.#attention].sort((a, b) => a - b);
      this.#attention.clear();
      for (const place of places) this.#decide(plan.stages[place], place);
    }
  }

  #decide(planned: PlannedStage, place: number): void {
    const { plan, planner } = this.#parts;
    const { instance } = planned;
    if (this.#log.outcomeOf(instance.id) !== undefined || this.#running.has(instance.id) || this.#queue.has(instance.id)) return;
    const missing = Object.values(instance.inputs).map(({ stage }) => stage).filter((stage) => !plan.outputs.has(stage));
    const blocker = missing.find((stage) => ['failed', 'not reached', 'interrupted'].includes(this.#log.outcomeOf(stage) ?? ''));
    if (blocker !== undefined) this.#skip(instance, `it needs '${blocker}'`);
    if (missing.length > 0) return;
    const verdict = planned.verdict.kind === 'pending' ? planner.decide(instance, plan.outputs, this.#making) : planned.verdict;
    if (verdict.kind === 'pending') {
      this.#twins.add(place);
    } else if (verdict.kind === 'run') {
      this.#queue.set(instance.id, { instance, verdict });
      this.#making.set(verdict.key, instance.id);
    } else {
      this.#serve(planned, verdict.kind === 'fresh' ? 'fresh' : 'restored', verdict.record);
    }
  }

  /** Has the stages that read a settled one looked at. */
  #settle(stage: RunStage): void {
    this.#log.settle(stage);
    for (const place of this.#dependants.get(stage.id) ?? []) this.#attention.add(place);
  }

  #serve({ instance }: PlannedStage, outcome: 'fresh' | 'restored', { key, fields, outputs, provenance: { engine } }: KeyRecord): void {
    const { planner, plan, store, onEvent } = this.#parts;
    store.linkLatest(planner.pipeline.name, instance.id, outputs);
    plan.outputs.set(instance.id, outputs);
    this.#settle({
      id: instance.id, stage: instance.stage, type: instance.type, outcome, key, fields, outputs, seconds: 0,
      codeFiles: planner.codeOf(instance).files, ...(engine === undefined ? {} : { engine }),
    });
    onEvent({ type: 'stage-finished', stage: instance.id, outcome, seconds: 0 });
  }

  #startWhatFits(): void {
    for (const [id, { instance, verdict }] of this.#queue) {
      if (this.#busy.has(verdict.key) || !this.#pool.tryTake(instance.resources)) continue;
      this.#queue.delete(id);
      this.#busy.add(verdict.key);
      this.#running.set(id, this.#run(instance, verdict));
    }
    this.#announce();
    if (this.#running.size > 0) this.#log.checkpoint();
  }

  async #run(instance: StageInstance, verdict: Runnable): Promise<void> {
    try {
      const stage = await runStage(instance, verdict, { ...this.#parts, run: this.#parts.id, pool: this.#pool, runLog: this.#log });
      if (stage.outcome === 'ran') this.#parts.plan.outputs.set(instance.id, stage.outputs);
      this.#settle(stage);
      if (stage.outcome === 'failed') this.#hasFailed = true;
    } finally {
      this.#pool.giveBack(instance.resources);
      this.#running.delete(instance.id);
      this.#busy.delete(verdict.key);
      if (this.#making.get(verdict.key) === instance.id) this.#making.delete(verdict.key);
      for (const place of this.#twins) this.#attention.add(place);
      this.#twins.clear();
    }
  }

  #announce(): void {
    if (this.#running.size > 0) this.#parts.lock.setStages(this.#parts.id, [...this.#running.keys()]);
  }

  #skipRest(): void {
    const because = this.#parts.signal.aborted ? 'the run was interrupted' : 'another stage failed';
    for (const { instance } of this.#parts.plan.stages) {
      if (this.#log.outcomeOf(instance.id) === undefined) this.#skip(instance, because);
    }
  }

  #skip({ id, stage, type }: StageInstance, because: string): void {
    this.#settle({ id, stage, type, outcome: 'not reached', outputs: {}, codeFiles: {}, seconds: 0 } satisfies RunStage);
    this.#parts.onEvent({ type: 'stage-skipped', stage: id, because });
  }
}
