import { pathToFileURL } from 'node:url';
import type { EventSink, Stage, StageContext } from '../stage.ts';
import { StageError } from '../stage.ts';
import { ArtifactChecker } from './artifact-check.ts';
import type { ArtifactPlace, Job } from './job.ts';

/**
 * Executes a stage in this process: checks its inputs, calls its code, checks its outputs.
 * @throws StageError when an artifact is not valid, and whatever the stage throws
 */
export async function perform(job: Job, events: EventSink): Promise<void> {
  const checker = new ArtifactChecker(job.schemas);
  // The producer's outputs were checked when they were made, but by the schema of that day and on the disk of that day.
  for (const [slot, { artifact, folder }] of Object.entries(job.inputs)) {
    const problem = checker.problem(artifact, folder);
    if (problem !== undefined) {
      const advice = `(in ${folder}); execute the stage that makes it again with --force`;
      throw new StageError(`input '${slot}' is not a valid ${artifact}: ${problem} ${advice}`);
    }
  }
  const { default: stage } = await import(pathToFileURL(job.bundle).href) as { default?: Stage };
  if (typeof stage !== 'function') throw new StageError(`the code of stage type '${job.type}' has no default export that is a function`);
  await stage(contextOf(job, events));
  for (const [output, { artifact, folder }] of Object.entries(job.outputs)) {
    const problem = checker.problem(artifact, folder);
    if (problem !== undefined) throw new StageError(`output '${output}' is not a valid ${artifact}: ${problem}`);
  }
}

function contextOf(job: Job, events: EventSink): StageContext {
  const { params, progress, seed, engine, cores } = job;
  return {
    params,
    inputs: folders(job.inputs),
    outputs: folders(job.outputs),
    progress,
    cores,
    events,
    ...(seed === undefined ? {} : { seed }),
    ...(engine === undefined ? {} : { engine }),
  };
}

function folders(places: Record<string, ArtifactPlace>): Record<string, string> {
  return Object.fromEntries(Object.entries(places).map(([name, { folder }]) => [name, folder]));
}
