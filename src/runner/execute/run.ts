import { setTimeout as sleep } from 'node:timers/promises';
import { appendWhole } from '../../disk/files.ts';
import { describeRefusal, refusalOf } from '../../disk/refusals.ts';
import type { RunEvent } from '../events.ts';
import type { ArtifactSchema } from '../catalogue/artifacts.ts';
import type { Plan } from '../plan/plan.ts';
import { planWith } from '../plan/plan.ts';
import type { PlanOptions } from '../plan/planner.ts';
import { Planner } from '../plan/planner.ts';
import type { Lock } from '../store/lock.ts';
import type { Store } from '../store/store.ts';
import type { KeyRecord, PlannedStage, RunRecord, RunStage, Verdict } from '../records.ts';
import type { Key, Pipeline, Resources, StageInstance } from '../types.ts';
import type { JobExecutor } from './job.ts';
import { KeyClaims } from './key-claims.ts';
import { Devices } from './devices.ts';
import { gitState } from './machine/describe.ts';
import type { Machine } from './machine/resources.ts';
import { machineFor, refuseTooMuch } from './machine/resources.ts';
import { Pool } from './pool.ts';
import { notReached, RunLog } from './run-log.ts';
import type { RunContext } from './run-stage.ts';
import { runStage } from './run-stage.ts';

export interface RunOptions extends PlanOptions {
  /** How many stages may run at once; by default as many as there are cores. */
  jobs?: number;
  /** After a failure, go on with the stages that do not depend on it. */
  keepGoing?: boolean;
  /** Forget the saved progress of the stages to execute. */
  restart?: boolean;
  /** Stops the run: stages get SIGTERM, then SIGKILL. */
  signal?: AbortSignal;
  /**
   * Seconds to wait for another run that executes a key that this one needs; by default an hour. Then the stage is
   * left, as busy.
   */
  lockTimeout?: number;
  /** What stages may use together; by default all that the machine has. */
  resources?: Partial<Resources>;
  /** By artifact type; by default those in the project's `schemas/artifacts/`. */
  artifactSchemas?: Record<string, ArtifactSchema>;
  /** Where and how stages are executed. */
  execute: JobExecutor;
}

type Runnable = Extract<Verdict, { kind: 'run' }>;

const lockPollMilliseconds = 200;

/** What a stage came to that was not executed. */
const nothing = { outputs: {}, codeFiles: {}, seconds: 0 };

/**
 * Brings the selected stages up to date and records what was done. A failed stage is an outcome in the record, not an
 * error. Any number of runs may go on at once; a key that several need is executed by one of them, and the others take
 * its result from the store.
 * @throws Diagnostic for anything that keeps the run from starting: unknown stages, code that does not compile
 */
export async function runPipeline(
  pipeline: Pipeline,
  store: Store,
  options: RunOptions,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<RunRecord> {
  const signal = options.signal ?? new AbortController().signal;
  const planner = await Planner.open(pipeline, store, options);
  const plan = planWith(planner);
  const schemas = options.artifactSchemas ?? (await loadSchemas(plan, pipeline.project));
  const executed = plan.stages.filter(({ verdict }) => verdict.kind === 'run' || verdict.kind === 'pending');
  const instances = executed.map(({ instance }) => instance);
  const machine = await machineFor(instances, options.resources);
  refuseTooMuch(instances, machine);
  const isIdle = plan.stages.every(({ verdict }) => verdict.kind === 'fresh');
  if (!isIdle || store.lastRunWasKilled()) store.sweep();
  const git = isIdle ? null : await gitState(pipeline.project);
  if (!isIdle) store.registerUser();
  const id = isIdle ? store.newRunId(pipeline.name) : await store.claimRunId(pipeline.name);
  try {
    const run = new PipelineRun({
      planner,
      plan,
      store,
      signal,
      onEvent,
      id,
      git,
      claims: new KeyClaims(store, { pipeline: pipeline.name, run: id }, options.lockTimeout ?? 3600, onEvent),
      machine,
      jobs: options.jobs ?? machine.cores,
      keepGoing: options.keepGoing ?? false,
      restart: options.restart ?? false,
      execute: options.execute,
      schemas,
    });
    return await run.finish();
  } finally {
    store.markEnded(id);
    store.saveStatCache();
  }
}

async function loadSchemas(plan: Plan, project: string): Promise<Record<string, ArtifactSchema>> {
  // Only stages that execute check artifacts; a run with nothing to do is spared the schemas.
  if (plan.stages.every(({ verdict }) => verdict.kind === 'fresh' || verdict.kind === 'restore')) return {};
  const { loadArtifactSchemas } = await import('../catalogue/artifacts.ts');
  return loadArtifactSchemas(project);
}

interface RunParts extends Omit<RunContext, 'run' | 'runLog' | 'pool' | 'plan' | 'gpus' | 'lock'> {
  plan: Plan;
  id: string;
  claims: KeyClaims;
  git: RunRecord['git'];
  machine: Machine;
  jobs: number;
  keepGoing: boolean;
}

/** One run, from its plan to its record. */
class PipelineRun {
  readonly #parts: RunParts;
  readonly #pool: Pool;
  readonly #devices: Devices;
  readonly #log: RunLog;
  /** Stages that are to execute and wait for resources or for another run, first come, first served. */
  readonly #queue = new Map<string, { instance: StageInstance; verdict: Runnable }>();
  readonly #running = new Map<string, Promise<void>>();
  /**
   * Keys that are being executed: of two stages that are forced and have the same one, the second
   * would share the first's progress.
   */
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
    this.#pool = new Pool(parts.machine, parts.jobs);
    this.#devices = new Devices(parts.machine.gpus);
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
    onEvent({
      type: 'run-started',
      run: id,
      planned: plan.stages.map(({ instance, verdict }) => ({ id: instance.id, kind: verdict.kind })),
    });
    try {
      for (;;) {
        if (!this.#isStopping()) this.#decideAll();
        if (!this.#isStopping()) this.#startWhatFits();
        if (this.#attention.size > 0 && !this.#isStopping()) continue;
        const isWaiting = this.#parts.claims.areWaiting && !this.#isStopping();
        if (this.#running.size === 0 && !isWaiting) break;
        await Promise.race([...this.#running.values(), ...(isWaiting ? [this.#pause()] : [])]);
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
    if (
      this.#log.outcomeOf(instance.id) !== undefined
      || this.#running.has(instance.id)
      || this.#queue.has(instance.id)
    )
      return;
    const missing = Object.values(instance.inputs)
      .map(({ stage }) => stage)
      .filter((stage) => !plan.outputs.has(stage));
    // What is missing and has an outcome was not made.
    const blocker = missing.find((stage) => this.#log.outcomeOf(stage) !== undefined);
    if (blocker !== undefined) this.#skip(instance, `it needs '${blocker}'`);
    if (missing.length > 0) return;
    const verdict =
      planned.verdict.kind === 'pending' ? planner.decide(instance, plan.outputs, this.#making) : planned.verdict;
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

  #serve({ instance }: PlannedStage, outcome: 'fresh' | 'restored', record: KeyRecord): void {
    const {
      key,
      fields,
      outputs,
      accepted,
      provenance: { engine },
    } = record;
    const { planner, plan, store, onEvent } = this.#parts;
    this.#log.writes.do(() => store.linkLatest(planner.pipeline.name, instance.id, outputs));
    plan.outputs.set(instance.id, outputs);
    this.#settle({
      id: instance.id,
      stage: instance.stage,
      type: instance.type,
      outcome,
      key,
      fields,
      outputs,
      seconds: 0,
      codeFiles: planner.codeOf(instance).files,
      ...(engine === undefined ? {} : { engine }),
      ...(accepted === undefined ? {} : { accepted }),
    });
    onEvent({ type: 'stage-finished', stage: instance.id, outcome, seconds: 0 });
  }

  #startWhatFits(): void {
    const { claims } = this.#parts;
    for (const [id, { instance, verdict }] of this.#queue) {
      if (this.#busy.has(verdict.key)) continue;
      // What another run makes meanwhile needs neither resources nor the lock to be taken from the store.
      if (claims.isWaiting(id) && this.#serveIfMade(instance, verdict)) continue;
      if (this.#pool.tryTake(instance.resources)) {
        const lock = this.#lock(instance, verdict);
        if (lock !== undefined && !this.#serveIfMade(instance, verdict)) {
          this.#queue.delete(id);
          this.#busy.add(verdict.key);
          this.#running.set(id, this.#run(instance, verdict, lock));
          continue;
        }
        lock?.release();
        this.#pool.giveBack(instance.resources);
      }
      const because = claims.overdue(id);
      if (because !== undefined) this.#giveUp(instance, verdict, because);
    }
    if (this.#running.size > 0 || claims.areWaiting) this.#log.checkpoint();
  }

  /**
   * Serves a stage whose key another run has executed since this one was planned, unless it is to execute in any case.
   */
  #serveIfMade(instance: StageInstance, { key }: Runnable): boolean {
    const { planner, plan } = this.#parts;
    if (planner.selection.forced.has(instance.id)) return false;
    const verdict = planner.decide(instance, plan.outputs, new Map());
    if (verdict.kind !== 'fresh' && verdict.kind !== 'restore') return false;
    this.#leaveQueue(instance.id, key);
    this.#serve({ instance, verdict }, verdict.kind === 'fresh' ? 'fresh' : 'restored', verdict.record);
    return true;
  }

  #giveUp({ id, stage, type }: StageInstance, { key, fields }: Runnable, because: string): void {
    this.#leaveQueue(id, key);
    this.#settle({ id, stage, type, outcome: 'busy', key, fields, ...nothing, error: because });
    this.#parts.onEvent({ type: 'stage-skipped', stage: id, because });
  }

  /** Undefined while another run has the key, and where no lock can be written: then the stage has failed. */
  #lock(instance: StageInstance, { key, fields }: Runnable): Lock | undefined {
    const { claims, store, id: run, onEvent } = this.#parts;
    const { id, stage, type } = instance;
    try {
      return claims.tryTake(id, key);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      const message = describeRefusal(refusal).join('. ');
      const log = store.layout.log(run, id);
      this.#log.writes.do(() => appendWhole(log, `${message}\n`));
      this.#leaveQueue(id, key);
      this.#hasFailed = true;
      this.#settle({ id, stage, type, outcome: 'failed', key, fields, ...nothing, error: message });
      onEvent({ type: 'stage-failed', stage: id, message, log });
      return undefined;
    }
  }

  #leaveQueue(id: string, key: Key): void {
    this.#queue.delete(id);
    this.#parts.claims.stopWaiting(id);
    this.#releaseTwins(id, key);
  }

  /** Has stages looked at that wait for this one because they have the same key. */
  #releaseTwins(id: string, key: Key): void {
    if (this.#making.get(key) === id) this.#making.delete(key);
    for (const place of this.#twins) this.#attention.add(place);
    this.#twins.clear();
  }

  /** Until it is time to look again whether another run is done with a key. */
  async #pause(): Promise<void> {
    await sleep(lockPollMilliseconds, undefined, { signal: this.#parts.signal }).catch(() => undefined);
  }

  async #run(instance: StageInstance, verdict: Runnable, lock: Lock): Promise<void> {
    const { signal } = this.#parts;
    const gpus = this.#devices.take(instance.resources.gpu);
    const { id, stage: name, type } = instance;
    const { key, fields } = verdict;
    this.#log.begin({ id, stage: name, type, key, fields, codeFiles: this.#parts.planner.codeOf(instance).files });
    try {
      await lock.quiet();
      const stage = await runStage(instance, verdict, {
        ...this.#parts,
        run: this.#parts.id,
        pool: this.#pool,
        gpus,
        runLog: this.#log,
        lock,
        signal: AbortSignal.any([signal, lock.lost]),
      });
      if (stage.outcome === 'interrupted' && !lock.isHeld() && !signal.aborted) {
        // Another run has its key now, and makes it.
        this.#queue.set(instance.id, { instance, verdict });
        return;
      }
      if (stage.outcome === 'ran') this.#parts.plan.outputs.set(instance.id, stage.outputs);
      this.#settle(stage);
      if (stage.outcome === 'failed') this.#hasFailed = true;
    } finally {
      lock.release();
      this.#devices.giveBack(gpus);
      this.#pool.giveBack(instance.resources);
      this.#running.delete(instance.id);
      this.#busy.delete(verdict.key);
      this.#releaseTwins(instance.id, verdict.key);
    }
  }

  #skipRest(): void {
    const because = this.#parts.signal.aborted ? 'the run was interrupted' : 'another stage failed';
    for (const { instance } of this.#parts.plan.stages) {
      if (this.#log.outcomeOf(instance.id) === undefined) this.#skip(instance, because);
    }
  }

  #skip(instance: StageInstance, because: string): void {
    this.#settle(notReached(instance));
    this.#parts.onEvent({ type: 'stage-skipped', stage: instance.id, because });
  }
}
