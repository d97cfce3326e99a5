import { appendFileSync, existsSync } from 'node:fs';
import type { RunEvent } from '../events.ts';
import { digestPath } from '../key/content.ts';
import type { KeyFields } from '../key/key.ts';
import type { EngineUse } from '../stage.ts';
import { StageError } from '../stage.ts';
import type { OutputDraft } from '../store/drafts.ts';
import type { Lock } from '../store/lock.ts';
import type { Attempt, KeyRecord, Provenance, RunStage, Verdict } from '../records.ts';
import type { StageInstance } from '../types.ts';
import type { AttemptEnd } from './attempt.ts';
import { attempt } from './attempt.ts';
import { writeFailedJob } from './debug/failed-job.ts';
import { describeFailure } from './failure.ts';
import type { Job, JobExecutor } from './job.ts';
import type { RunLog } from './run-log.ts';
import { StageEvents } from './stage-events.ts';
import type { JobSources } from './stage-job.ts';
import { jobOf, refuseDamagedInputs } from './stage-job.ts';
import type { Usage } from './usage.ts';
import { noUsage, usageOf } from './usage.ts';

/** What a stage's execution needs of the run that it belongs to. */
export interface RunContext extends JobSources {
  runLog: RunLog;
  /** Id of the run. */
  run: string;
  git: Provenance['git'];
  restart: boolean;
  execute: JobExecutor;
  /** Of the stage's key. */
  lock: Lock;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
}

/**
 * Executes one stage, again after a failure as often as it may be, and publishes what it made, or nothing of it. All that
 * can go wrong with a stage is in the outcome.
 */
export async function runStage(
  instance: StageInstance,
  verdict: Extract<Verdict, { kind: 'run' }>,
  context: RunContext,
): Promise<RunStage> {
  const { store, planner, run, runLog, lock, onEvent } = context;
  const { key, fields } = verdict;
  const { log, metrics } = { log: store.layout.log(run, instance.id), metrics: store.layout.metrics(run, instance.id) };
  const events = new StageEvents(instance.id, { log, metrics }, runLog.writes, onEvent);
  const { attempts, last } = await tryAsOften(instance, verdict, { log, events }, context);
  events.end();
  const { end, outputs, job } = last;
  const outcome = outcomeOf(end);
  const seconds = attempts.reduce((sum, each) => sum + each.seconds, 0);
  const settled: RunStage = {
    id: instance.id,
    stage: instance.stage,
    type: instance.type,
    outcome,
    key,
    fields,
    outputs,
    seconds,
    attempts,
    codeFiles: planner.codeOf(instance).files,
    ...engineUsed(events),
  };
  if (end.status === 'failed') {
    if (job !== undefined) {
      const failed = { key, inputs: fields.inputs, job };
      runLog.writes.do(() => writeFailedJob(store, run, failed));
    }
    onEvent({ type: 'stage-failed', stage: instance.id, message: end.message, log });
    return { ...settled, error: firstLine(end.message) };
  }
  if (outcome === 'ran') {
    runLog.writes.do(() => store.linkLatest(planner.pipeline.name, instance.id, outputs));
    onEvent({ type: 'stage-finished', stage: instance.id, outcome, seconds });
  } else if (!lock.isHeld()) {
    const message = 'another run has taken over, since this one did not show for long that it lives';
    onEvent({ type: 'stage-log', stage: instance.id, level: 'warning', message });
  } else {
    onEvent({ type: 'stage-interrupted', stage: instance.id });
  }
  return settled;
}

/** What the executions of one stage in a run tell to. */
interface Surroundings {
  log: string;
  events: StageEvents;
}

/** What one execution came to. */
interface Tried {
  end: AttemptEnd;
  outputs: RunStage['outputs'];
  job?: Job;
}

async function tryAsOften(
  instance: StageInstance,
  verdict: Extract<Verdict, { kind: 'run' }>,
  { log, events }: Surroundings,
  context: RunContext,
): Promise<{ attempts: Attempt[]; last: Tried }> {
  const { restart, signal } = context;
  const { retries = 0 } = instance;
  const attempts: Attempt[] = [];
  for (;;) {
    const started = new Date();
    const isFirst = attempts.length === 0;
    const given = { log, events, started, isFirst, restart: restart && isFirst };
    const last = await tryOnce(instance, verdict, given, context);
    const { end } = last;
    attempts.push({
      outcome: outcomeOf(end),
      started: started.toISOString(),
      seconds: (Date.now() - started.getTime()) / 1000,
      ...usageOf(end),
      ...(end.status === 'failed' ? { error: firstLine(end.message) } : {}),
    });
    if (end.status === 'failed') events.logLine(end.stack ?? end.message);
    if (end.status !== 'failed' || attempts.length > retries || signal.aborted) return { attempts, last };
    const message = `failed: ${firstLine(end.message)}; trying again (${attempts.length} of ${retries})`;
    events.take({ type: 'log', level: 'warning', message });
  }
}

/** Executes a stage and publishes its outputs; leaves nothing but these and progress to go on from. */
async function tryOnce(
  instance: StageInstance,
  verdict: Extract<Verdict, { kind: 'run' }>,
  { log, events, started, isFirst, restart }: Surroundings & { started: Date; isFirst: boolean; restart: boolean },
  context: RunContext,
): Promise<Tried> {
  const { store, planner, execute, lock, signal, onEvent } = context;
  const { key, reasons } = verdict;
  let draft: OutputDraft | undefined;
  let job: Job | undefined;
  let usage = noUsage;
  try {
    const progress = store.openProgress(key, { restart });
    draft = store.draft(key, Object.keys(planner.typeOf(instance).outputs));
    appendFileSync(log, '');
    if (isFirst) onEvent({ type: 'stage-started', stage: instance.id, key, reasons, resuming: progress.resuming });
    await planner.mendCode(instance);
    refuseDamagedInputs(instance, context);
    job = jobOf(instance, draft, progress.folder, context);
    const { project } = planner.pipeline;
    const { timeout } = instance;
    const end = await attempt(job, { project, scratch: draft.folder, log, events, execute, signal, timeout });
    usage = usageOf(end);
    if (end.status !== 'succeeded') return { end, outputs: {}, job };
    // What another run has taken over by now is that run's to publish, and its progress in use.
    if (!lock.isHeld()) return { end: { status: 'interrupted', ...usage }, outputs: {}, job };
    refuseOtherEngine(verdict.fields, events);
    refuseChangedContents(instance, context);
    const { outputs } = await publish(instance, draft, verdict, { started, ...usage, ...engineUsed(events) }, context);
    return { end, outputs, job };
  } catch (error) {
    const end: AttemptEnd = { status: 'failed', ...describeFailure(error, [store.layout.store]), ...usage };
    return { end, outputs: {}, ...(job === undefined ? {} : { job }) };
  } finally {
    if (draft !== undefined) store.discard(draft);
    if (lock.isHeld()) store.removeEmptyProgress(key);
  }
}

function outcomeOf({ status }: AttemptEnd): Attempt['outcome'] {
  return status === 'succeeded' ? 'ran' : status;
}

function engineUsed({ engine }: StageEvents): { engine?: EngineUse } {
  return engine === undefined ? {} : { engine };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0];
}

/** A key that names an engine must not be given to what another one computed, or another version of it. */
function refuseOtherEngine({ engine: planned }: KeyFields, { engines }: StageEvents): void {
  const other = engines.find(({ name, version }) => name !== planned?.name || version !== planned.version);
  if (other === undefined || planned === undefined) return;
  throw new StageError(
    `it computed with engine ${other.name} ${other.version}, and its key says ${planned.name} ${planned.version}, `
      + 'so the result was not kept; run the pipeline again',
  );
}

/** A key that names the content of a file must not be given to what was made from another content. */
function refuseChangedContents(instance: StageInstance, { planner, store }: RunContext): void {
  for (const [file, digest] of Object.entries(planner.paramsOf(instance).contents)) {
    if (!existsSync(file) || digestPath(file, store.statCache) !== digest) {
      throw new Error(
        `${file} changed while the stage was reading it, so the result was not kept; run the pipeline again`,
      );
    }
  }
}

function publish(
  instance: StageInstance,
  draft: OutputDraft,
  { key, fields }: Extract<Verdict, { kind: 'run' }>,
  { started, ...observed }: { started: Date } & Usage & Pick<Provenance, 'engine'>,
  { planner, store, run, runLog, git }: RunContext,
): Promise<KeyRecord> {
  const finished = new Date();
  return store.publish(draft, {
    key,
    fields,
    artifacts: Object.fromEntries(
      Object.entries(planner.typeOf(instance).outputs).map(([name, { artifact }]) => [name, artifact]),
    ),
    provenance: {
      run,
      stage: instance.id,
      pipeline: planner.pipeline.name,
      codeFiles: planner.codeOf(instance).files,
      git,
      versions: runLog.versions,
      host: runLog.host,
      started: started.toISOString(),
      finished: finished.toISOString(),
      seconds: (finished.getTime() - started.getTime()) / 1000,
      ...observed,
    },
  });
}
