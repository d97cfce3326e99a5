import { Diagnostic } from '../../diagnostic.ts';
import { checkedJson, readCheckedJson } from '../../../disk/checked-json.ts';
import { writeAtomically } from '../../../disk/files.ts';
import type { Store } from '../../store/store.ts';
import type { Digest, Key } from '../../types.ts';
import type { Job } from '../job.ts';

/** What a failed stage leaves so that it can be started again, also in a project that was moved. */
export interface FailedJob {
  key: Key;
  /** By name of the input. */
  inputs: Record<string, Digest>;
  /** As it was started. */
  job: Job;
}

export function writeFailedJob(store: Store, run: string, failed: FailedJob): void {
  const text = `${checkedJson(failed, 1)}\n`;
  writeAtomically(store.layout.job(run, failed.job.stage), text, { durable: false });
}

/** Undefined when the stage did not fail in that run. */
export function readFailedJob(store: Store, run: string, stage: string): FailedJob | undefined {
  return readCheckedJson<FailedJob>(store.layout.job(run, stage));
}

/**
 * What the stage reads, where it is now.
 * @throws Diagnostic when it is no longer there
 */
export function inputsOf({ job, inputs }: FailedJob, store: Store): Job['inputs'] {
  return Object.fromEntries(
    Object.entries(job.inputs).map(([name, place]) => {
      const folder = store.artifactFolder(inputs[name]);
      if (store.verifyArtifact(inputs[name])) return [name, { ...place, folder }];
      throw new Diagnostic(`input '${name}' of stage '${job.stage}' is no longer in the store, or damaged: ${folder}`, {
        hint: 'Run the pipeline again: the input is made again, and the stage fails again.',
      });
    }),
  );
}
