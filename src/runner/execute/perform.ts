import { pathToFileURL } from 'node:url';
import { digestIfReadable } from '../../disk/digest.ts';
import type { EventSink, GatheredInput, Json, JsonObject, Part, Stage, StageContext } from '../stage.ts';
import { StageError } from '../stage.ts';
import { ArtifactChecker } from './artifact-check.ts';
import type { ArtifactPlace, Job, JobEvent, PartHandler } from './job.ts';

/** What the module of a stage type exports. */
interface StageModule {
  default?: Stage;
  parts?: Record<string, Part>;
}

/** What a job is executed in. */
export interface Surroundings {
  events: EventSink;
  onParts: PartHandler;
  isStopping: () => boolean;
}

/**
 * Executes a job in this process. Of a stage, inputs and outputs are checked; of a part, the stage that asked for it
 * did so.
 * @returns what a part came to; undefined of a stage
 * @throws StageError when an artifact is not valid, and whatever the stage throws
 */
export async function perform(job: Job, surroundings: Surroundings): Promise<Json | undefined> {
  const checker = new ArtifactChecker(job.schemas);
  if (job.part === undefined) checkInputs(job, checker);
  refuseOtherCode(job);
  const module = (await import(pathToFileURL(job.bundle).href)) as StageModule;
  if (job.part !== undefined) return performPart(module.parts ?? {}, job, surroundings);
  if (typeof module.default !== 'function') {
    throw new StageError(`the code of stage type '${job.type}' has no default export that is a function`);
  }
  await module.default(contextOf(job, surroundings));
  checkOutputs(job, checker);
  return undefined;
}

/** A key names the code that made a result. */
function refuseOtherCode({ bundle, code }: Job): void {
  if (code === undefined || digestIfReadable(bundle) === code) return;
  throw new StageError(`the stage's code in ${bundle} is not what was bundled: run again, and it is bundled anew`);
}

/**
 * The producer's outputs were checked when they were made, but by the schema of that day and on the disk of that day.
 */
function checkInputs(job: Job, checker: ArtifactChecker): void {
  for (const [slot, { artifact, folder }] of Object.entries(job.inputs)) {
    const problem = checker.problem(artifact, folder);
    if (problem === undefined) continue;
    const advice = `(in ${folder}); execute the stage that makes it again with --force`;
    throw new StageError(`input '${slot}' is not a valid ${artifact}: ${problem} ${advice}`);
  }
}

function checkOutputs(job: Job, checker: ArtifactChecker): void {
  for (const [output, { artifact, folder }] of Object.entries(job.outputs)) {
    const problem = checker.problem(artifact, folder);
    if (problem !== undefined) throw new StageError(`output '${output}' is not a valid ${artifact}: ${problem}`);
  }
}

function contextOf(job: Job, { events, onParts, isStopping }: Surroundings): StageContext {
  const { params, progress, seed, engine, resources } = job;
  return {
    params,
    ...inputsOf(job),
    outputs: foldersOf(job.outputs),
    progress,
    cores: resources.cores,
    events,
    isStopping,
    parts: <Value>(name: string, each: readonly object[], options = {}) =>
      onParts({ name, params: each as JsonObject[], options }) as Promise<{ value: Value; files: string }[]>,
    ...(seed === undefined ? {} : { seed }),
    ...(engine === undefined ? {} : { engine }),
  };
}

/**
 * Executes a part in this process.
 * @param parts those that the stage's module has
 * @throws StageError when it is not among them, and whatever the part throws
 */
export async function performPart(
  parts: Record<string, Part>,
  job: Job,
  { events, isStopping }: Omit<Surroundings, 'onParts'>,
): Promise<Json> {
  const { params, progress, seed, engine, resources } = job;
  const { name, files, before } = job.part!;
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (typeof part !== 'function') {
    throw new StageError(`the code of stage type '${job.type}' exports no part '${name}'`);
  }
  const value = await part({
    params,
    ...inputsOf(job),
    files,
    progress,
    cores: resources.cores,
    events,
    isStopping,
    ...(before === undefined ? {} : { before }),
    ...(seed === undefined ? {} : { seed }),
    ...(engine === undefined ? {} : { engine }),
  });
  // As it will be read back, so that a result is the same whether it was kept or made just now.
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

/**
 * What the job reads: folders by slot, and of slots that gather in the order of names, since a key does not tell one
 * order from another.
 */
function inputsOf({ inputs }: Pick<Job, 'inputs'>): Pick<StageContext, 'inputs' | 'gathered'> {
  const single = Object.entries(inputs).filter(([, { gathered }]) => gathered === undefined);
  const gathered: Record<string, GatheredInput[]> = {};
  for (const name of Object.keys(inputs).sort()) {
    const { folder, gathered: as } = inputs[name];
    if (as === undefined) continue;
    const { slot, label, variant } = as;
    (gathered[slot] ??= []).push({ label, variant, folder });
  }
  return { inputs: foldersOf(Object.fromEntries(single)), gathered };
}

/** Folder by slot or output. */
function foldersOf(places: Record<string, ArtifactPlace>): Record<string, string> {
  return Object.fromEntries(Object.entries(places).map(([name, { folder }]) => [name, folder]));
}

/** Turns what a stage tells into events. */
export function eventSink(onEvent: (event: JobEvent) => void): EventSink {
  return {
    progress: (update) => onEvent({ type: 'progress', update }),
    metric: (values) => onEvent({ type: 'metric', values }),
    log: (message, level = 'info') => onEvent({ type: 'log', level, message }),
    engine: (used) => onEvent({ type: 'engine', used }),
  };
}
