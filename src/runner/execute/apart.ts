import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadArtifactSchemas } from '../catalogue/artifacts.ts';
import { Diagnostic } from '../diagnostic.ts';
import { planWith } from '../plan/plan.ts';
import type { PlanOptions } from '../plan/planner.ts';
import { Planner } from '../plan/planner.ts';
import { resolveNames } from '../plan/names.ts';
import type { KeyRecord } from '../records.ts';
import type { Store } from '../store/store.ts';
import type { Pipeline, StageInstance } from '../types.ts';
import type { ManifestEntry } from '../../disk/digest.ts';
import { manifestOf } from '../../disk/manifest.ts';
import { walkTree } from '../../disk/tree.ts';
import type { RunEvent } from '../events.ts';
import { attempt } from './attempt.ts';
import { Devices } from './devices.ts';
import type { JobExecutor } from './job.ts';
import type { Machine } from './machine/resources.ts';
import { machineFor, refuseTooMuch } from './machine/resources.ts';
import { PatientWrites } from './patient-writes.ts';
import { Pool } from './pool.ts';
import { StageEvents } from './stage-events.ts';
import { jobOf, refuseDamagedInputs } from './stage-job.ts';

export interface ApartOptions extends PlanOptions {
  execute: JobExecutor;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
}

/** How a stage came out when it was executed once more. */
export interface Repetition {
  stage: string;
  status: 'same' | 'different' | 'failed' | 'interrupted';
  /** Files that differ, in the order of outputs and names: with another content, or in one of the results only. */
  differences: { output: string; file: string; problem: 'differs' | 'missing' | 'new' }[];
  /** What went wrong. */
  message?: string;
}

/**
 * Executes the instances of a stage whose results are in the store once more, each from the start, apart from everything:
 * nothing is published, recorded or resumed. Then their files are compared.
 * @throws Diagnostic where a result is not there to compare with, and as `makePlan` does
 */
export async function repeatApart(
  pipeline: Pipeline,
  store: Store,
  name: string,
  options: ApartOptions,
): Promise<Repetition[]> {
  const named = resolveNames(pipeline, [name]);
  const planner = await Planner.open(pipeline, store, { ...options, stages: [name] });
  const plan = planWith(planner);
  const instances = plan.stages.filter(({ instance }) => named.has(instance.id));
  const made = instances.map(({ instance, verdict }) => {
    if (verdict.kind === 'fresh' || verdict.kind === 'restore') return { instance, record: verdict.record };
    throw new Diagnostic(`there is no result of stage '${instance.id}' to compare with`, {
      location: instance.location,
      hint: 'Run the pipeline first: it is made then, and here once more.',
    });
  });
  const machine = await machineFor(made.map(({ instance }) => instance));
  refuseTooMuch(
    made.map(({ instance }) => instance),
    machine,
  );
  const schemas = loadArtifactSchemas(pipeline.project);
  const repetitions: Repetition[] = [];
  for (const { instance, record } of made) {
    repetitions.push(await repeat(instance, record, { planner, plan, store, schemas, machine, ...options }));
  }
  store.saveStatCache();
  return repetitions;
}

type Surroundings = Omit<Parameters<typeof jobOf>[3], 'pool' | 'gpus'> & ApartOptions & { machine: Machine };

async function repeat(instance: StageInstance, record: KeyRecord, context: Surroundings): Promise<Repetition> {
  const { planner, store, machine, execute, signal, onEvent } = context;
  const draft = store.draftApart(Object.keys(record.outputs));
  try {
    await planner.mendCode(instance);
    refuseDamagedInputs(instance, context);
    const progress = path.join(draft.folder, 'progress');
    mkdirSync(progress);
    const files = { log: path.join(draft.folder, 'log'), metrics: path.join(draft.folder, 'metrics.jsonl') };
    writeFileSync(files.log, '');
    const gpus = new Devices(machine.gpus).take(instance.resources.gpu);
    const job = jobOf(instance, draft, progress, { ...context, pool: new Pool(machine, 1), gpus });
    const { project } = planner.pipeline;
    const events = new StageEvents(instance.id, files, new PatientWrites(), onEvent);
    const end = await attempt(job, { project, scratch: draft.folder, log: files.log, events, execute, signal });
    if (end.status === 'failed') return { stage: instance.id, status: 'failed', differences: [], message: end.message };
    if (end.status === 'interrupted') return { stage: instance.id, status: 'interrupted', differences: [] };
    const differences = Object.entries(record.outputs).flatMap(([output, { digest }]) =>
      differencesOf(filesOf(store.artifactFolder(digest)), filesOf(draft.outputs[output])).map((each) => ({
        output,
        ...each,
      })),
    );
    return { stage: instance.id, status: differences.length === 0 ? 'same' : 'different', differences };
  } finally {
    store.discard(draft);
  }
}

type FileDifference = Pick<Repetition['differences'][number], 'file' | 'problem'>;

/** All bytes are read, on both sides. */
function filesOf(folder: string): Map<string, ManifestEntry> {
  return new Map(manifestOf(walkTree(folder)).map((entry) => [entry[0], entry]));
}

function differencesOf(
  before: ReadonlyMap<string, ManifestEntry>,
  after: ReadonlyMap<string, ManifestEntry>,
): FileDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((file): FileDifference[] => {
    const [then, now] = [before.get(file), after.get(file)];
    if (now === undefined) return [{ file, problem: 'missing' }];
    if (then === undefined) return [{ file, problem: 'new' }];
    return then[2] === now[2] ? [] : [{ file, problem: 'differs' as const }];
  });
}
