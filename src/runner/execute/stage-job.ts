import { StageError } from '../stage.ts';
import type { ArtifactSchema } from '../catalogue/artifacts.ts';
import type { Planner } from '../plan/planner.ts';
import type { OutputDraft } from '../store/drafts.ts';
import type { Store } from '../store/store.ts';
import type { KeyRecord } from '../records.ts';
import type { StageInstance } from '../types.ts';
import type { Job } from './job.ts';
import type { Pool } from './pool.ts';

/** What a stage's job is made of. */
export interface JobSources {
  planner: Planner;
  store: Store;
  pool: Pool;
  schemas: Record<string, ArtifactSchema>;
  /** Outputs of the stages that it reads. */
  plan: { outputs: ReadonlyMap<string, KeyRecord['outputs']> };
  /** Names of the graphics processors that it was given. */
  gpus: readonly string[];
}

/** A stage as it is executed. */
export function jobOf(instance: StageInstance, draft: OutputDraft, progress: string, sources: JobSources): Job {
  const { planner, plan, store, pool, schemas, gpus } = sources;
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
    resources: {
      ...instance.resources,
      cores: pool.coresFor(instance.resources),
      ...(gpus.length === 0 ? {} : { gpus: [...gpus] }),
    },
    schemas: Object.fromEntries(Object.entries(schemas).filter(([artifact]) => used.has(artifact))),
    ...(type.seeded === true && instance.seed !== undefined ? { seed: instance.seed } : {}),
    ...(type.engine !== undefined && planner.engine !== undefined ? { engine: planner.engine.name } : {}),
  };
}

/** What file times say is enough to plan with, and not to compute with. */
export function refuseDamagedInputs(
  instance: StageInstance,
  { store, plan }: Pick<JobSources, 'store' | 'plan'>,
): void {
  for (const [name, { stage, output }] of Object.entries(instance.inputs)) {
    const { digest } = plan.outputs.get(stage)![output];
    if (store.verifyArtifact(digest)) continue;
    store.saveStatCache();
    throw new StageError(
      `input '${name}' is damaged on the disk: ${store.artifactFolder(digest)}; run again, and ${stage} makes it anew`,
    );
  }
}
