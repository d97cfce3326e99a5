import { appendFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import type { RunEvent } from '../events.ts';
import type { ArtifactSchema } from '../catalogue/artifacts.ts';
import { digestPath } from '../key/content.ts';
import { StageError } from '../stage.ts';
import type { Planner } from '../plan/planner.ts';
import type { OutputDraft } from '../store/drafts.ts';
import type { Store } from '../store/store.ts';
import type { KeyRecord, Provenance, RunStage, Verdict } from '../records.ts';
import type { StageInstance } from '../types.ts';
import { writeFailedJob } from './debug/failed-job.ts';
import type { Job, JobEnd, JobExecutor } from './job.ts';
import { PartRunner } from './parts/part-runner.ts';
import type { Pool } from './pool.ts';
import type { RunLog } from './run-log.ts';
import { StageEvents } from './stage-events.ts';

/** What a stage's execution needs of the run that it belongs to. */
export interface RunContext {
  planner: Planner;
  store: Store;
  pool: Pool;
  runLog: RunLog;
  /** Id of the run. */
  run: string;
  git: Provenance['git'];
  schemas: Record<string, ArtifactSchema>;
  restart: boolean;
  execute: JobExecutor;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
  /** Outputs of the stages that it reads. */
  plan: { outputs: ReadonlyMap<string, KeyRecord['outputs']> };
}

/**
 * Executes one stage and publishes what it made, or nothing of it. All that can go wrong
 * with a stage is in the outcome.
 */
export async function runStage(
  instance: StageInstance,
  verdict: Extract<Verdict, { kind: 'run' }>,
  context: RunContext,
): Promise<RunStage> {
  const { store, planner, run, restart, onEvent } = context;
  const { key, fields, reasons } = verdict;
  const started = new Date();
  const log = store.layout.log(run, instance.id);
  const progress = store.openProgress(key, { restart });
  const draft = store.draft(Object.keys(planner.typeOf(instance).outputs));
  appendFileSync(log, '');
  onEvent({ type: 'stage-started', stage: instance.id, key, reasons, resuming: progress.resuming });

  let outcome: RunStage['outcome'] = 'failed';
  let outputs: RunStage['outputs'] = {};
  let end: JobEnd;
  let job: Job | undefined;
  const events = new StageEvents(instance.id, { log, metrics: store.layout.metrics(run, instance.id) }, onEvent);
  const engineUsed = () => (events.engine === undefined ? {} : { engine: events.engine });
  try {
    await planner.mendCode(instance);
    refuseDamagedInputs(instance, context);
    job = jobOf(instance, draft, progress.folder, context);
    const execution = await executeWithParts(job, draft.folder, log, events, context);
    ({ end } = execution);
    if (end.status === 'succeeded') {
      refuseChangedContents(instance, context);
      const observed = { started, peakMemoryBytes: execution.peakMemoryBytes, ...engineUsed() };
      ({ outputs } = await publish(instance, draft, verdict, observed, context));
      outcome = 'ran';
    } else {
      outcome = end.status;
    }
  } catch (error) {
    const { name, message, stack } = error as Error;
    end = { status: 'failed', message, ...(name === 'StageError' ? {} : { stack }), peakMemoryBytes: 0 };
  } finally {
    store.discard(draft);
  }

  const seconds = (Date.now() - started.getTime()) / 1000;
  const settled: RunStage = {
    id: instance.id,
    stage: instance.stage,
    type: instance.type,
    outcome,
    key,
    fields,
    outputs,
    seconds,
    codeFiles: planner.codeOf(instance).files,
    ...engineUsed(),
  };
  if (end.status === 'failed') {
    appendFileSync(log, `${end.stack ?? end.message}\n`);
    if (job !== undefined) writeFailedJob(store, run, { key, inputs: fields.inputs, job });
    onEvent({ type: 'stage-failed', stage: instance.id, message: end.message, log });
    return { ...settled, error: end.message.split('\n', 1)[0] };
  }
  if (outcome === 'ran') {
    store.removeProgress(key);
    store.linkLatest(planner.pipeline.name, instance.id, outputs);
    onEvent({ type: 'stage-finished', stage: instance.id, outcome, seconds });
  } else {
    onEvent({ type: 'stage-interrupted', stage: instance.id });
  }
  return settled;
}

/** Executes a stage, and the parts of its work that it asks for. Memory is that of the largest process. */
async function executeWithParts(
  job: Job,
  scratch: string,
  log: string,
  events: StageEvents,
  { planner, execute, signal }: RunContext,
): Promise<{ end: JobEnd; peakMemoryBytes: number }> {
  const { project } = planner.pipeline;
  const parts = new PartRunner(job, {
    project,
    log,
    signal,
    execute,
    folder: path.join(job.progress, 'parts'),
    onEvent: (event, part) => events.take(event, part),
    onDone: ({ name, params }, done) => events.partsDone(name, done, params.length),
    onStack: (stack) => events.logLine(stack),
  });
  try {
    const end = await execute(job, {
      project,
      scratch,
      log,
      signal,
      onEvent: (event) => events.take(event),
      onParts: (request) => parts.run(request),
    });
    const own = end.status === 'interrupted' ? 0 : end.peakMemoryBytes;
    return { end, peakMemoryBytes: Math.max(own, parts.peakMemoryBytes) };
  } finally {
    await parts.stop();
  }
}

function jobOf(instance: StageInstance, draft: OutputDraft, progress: string, context: RunContext): Job {
  const { planner, plan, store, pool, schemas } = context;
  const type = planner.typeOf(instance);
  const inputs = Object.entries(instance.inputs).map(([name, { stage, output, gathered }]) => {
    const { artifact, digest } = plan.outputs.get(stage)![output];
    return [name, { artifact, folder: store.artifactFolder(digest), ...(gathered && { gathered }) }] as const;
  });
  const outputs = Object.entries(type.outputs).map(
    ([name, { artifact }]) => [name, { artifact, folder: draft.outputs[name] }] as const,
  );
  const used = new Set([...inputs, ...outputs].map(([, { artifact }]) => artifact));
  return {
    stage: instance.id,
    type: type.name,
    bundle: planner.codeOf(instance).bundle,
    code: planner.codeOf(instance).digest,
    params: planner.paramsOf(instance).given,
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    progress,
    resources: { ...instance.resources, cores: pool.coresFor(instance.resources) },
    schemas: Object.fromEntries(Object.entries(schemas).filter(([artifact]) => used.has(artifact))),
    ...(type.seeded === true && instance.seed !== undefined ? { seed: instance.seed } : {}),
    ...(type.engine !== undefined && planner.engine !== undefined ? { engine: planner.engine.name } : {}),
  };
}

/** What file times say is enough to plan with, and not to compute with. */
function refuseDamagedInputs(instance: StageInstance, { store, plan }: RunContext): void {
  for (const [name, { stage, output }] of Object.entries(instance.inputs)) {
    const { digest } = plan.outputs.get(stage)![output];
    if (store.verifyArtifact(digest)) continue;
    store.saveStatCache();
    throw new StageError(
      `input '${name}' is damaged on the disk: ${store.artifactFolder(digest)}; run again, and ${stage} makes it anew`,
    );
  }
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
  { started, ...observed }: { started: Date } & Pick<Provenance, 'peakMemoryBytes' | 'engine'>,
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
