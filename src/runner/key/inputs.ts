import type { OutputRecord } from '../records.ts';
import type { Digest, StageInstance } from '../types.ts';

/** Outputs of stages, by stage id and output, as far as they are known. */
export type KnownOutputs = Map<string, Record<string, OutputRecord>>;

/** Content digest by slot of the inputs that are known. */
export function inputDigests(instance: StageInstance, known: Readonly<KnownOutputs>): Record<string, Digest> {
  const inputs: Record<string, Digest> = {};
  for (const [slot, { stage, output }] of Object.entries(instance.inputs)) {
    const made = known.get(stage);
    if (made !== undefined) inputs[slot] = made[output].digest;
  }
  return inputs;
}
