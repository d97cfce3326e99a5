import type { Store } from '../store/store.ts';
import type { DescribedFields } from '../key/difference.ts';
import { describedRecord, differencesBetween } from '../key/difference.ts';
import type { KnownOutputs } from '../key/inputs.ts';
import type { KeyFields } from '../key/key.ts';
import type { Difference, KeyRecord } from '../records.ts';
import type { Digest, Key, Pipeline, StageInstance } from '../types.ts';
import { resolveNames } from './names.ts';
import type { PlanOptions } from './planner.ts';
import { Planner } from './planner.ts';

/** A stage whose result under another version of its code is to count for the present one. */
export interface Acceptance {
  instance: StageInstance;
  /** The present key, and what it is made of. */
  key: Key;
  fields: KeyFields;
  codeFiles: Record<string, Digest>;
  /** Made with the other version. */
  from: KeyRecord;
  /** In the code and its packages, from the other version to the present one. */
  differences: Difference[];
}

/** Why a stage cannot be accepted. */
export type Refusal =
  /**
   * More than the code differs from every result in the store; the differences are those from the last run, or from the
   * nearest one.
   */
  | { kind: 'differs'; instance: StageInstance; differences: Difference[] }
  /** Nothing was ever made of it, or it is no longer in the store. */
  | { kind: 'no result'; instance: StageInstance }
  /** It reads what is still to be made. */
  | { kind: 'unknown inputs'; instance: StageInstance; of: string[] };

/**
 * Which stages have a result that differs from the present key by code (or packages) alone, in dependency order: where
 * a stage is accepted, those that read it are looked at with its outputs. Without names, all stages of the pipeline are
 * looked at.
 * @throws Diagnostic as `makePlan` does
 */
export async function findAcceptances(
  pipeline: Pipeline,
  store: Store,
  options: PlanOptions = {},
): Promise<{ acceptances: Acceptance[]; refusals: Refusal[] }> {
  const planner = await Planner.open(pipeline, store, options);
  const named = options.stages === undefined ? undefined : resolveNames(pipeline, options.stages);
  const outputs: KnownOutputs = new Map();
  const acceptances: Acceptance[] = [];
  const refusals: Refusal[] = [];
  for (const instance of planner.selection.considered) {
    const verdict = planner.decide(instance, outputs, new Map());
    if (verdict.kind === 'fresh' || verdict.kind === 'restore') outputs.set(instance.id, verdict.record.outputs);
    if (named?.has(instance.id) === false) continue;
    if (verdict.kind === 'pending') refusals.push({ kind: 'unknown inputs', instance, of: verdict.after });
    if (verdict.kind !== 'run') continue;
    const now: DescribedFields = { fields: verdict.fields, codeFiles: planner.codeOf(instance).files };
    const found = findResult(instance, now, planner, store);
    if ('kind' in found) {
      refusals.push(found);
    } else {
      acceptances.push({ instance, key: verdict.key, ...now, ...found });
      outputs.set(instance.id, found.from.outputs);
    }
  }
  store.saveStatCache();
  return { acceptances, refusals };
}

/** From now on the present keys are served with the accepted results. A later change makes another key, and is seen. */
export function accept(acceptances: readonly Acceptance[], reason: string, store: Store): void {
  const when = new Date().toISOString();
  for (const { from, key, fields, codeFiles } of acceptances) {
    const { outputs, provenance, accepted = [] } = from;
    const acceptance = { from: from.key, reason, when, codeFiles };
    store.writeKey({ key, fields, outputs, provenance, accepted: [...accepted, acceptance] });
  }
}

function findResult(
  instance: StageInstance,
  now: DescribedFields,
  planner: Planner,
  store: Store,
): Pick<Acceptance, 'from' | 'differences'> | Refusal {
  const last = planner.lastOf(instance)?.stage;
  const declared = Object.entries(planner.typeOf(instance).outputs);
  const results = [...store.keyRecords()]
    .filter(({ fields }) => fields.type === now.fields.type)
    .map((from) => ({ from, differences: differencesBetween(describedRecord(from), now) }));
  const candidates = results.filter(
    ({ from, differences }) =>
      differences.every(isOfCode)
      && declared.every(([name, { artifact }]) => from.outputs[name]?.artifact === artifact)
      && store.damagedOutputs(from).length === 0,
  );
  if (candidates.length > 0) {
    const newest = candidates.reduce((a, b) => (a.from.provenance.finished >= b.from.provenance.finished ? a : b));
    return lastAccepted(candidates.find(({ from }) => from.key === last?.key) ?? newest, candidates);
  }
  const others = results
    .map(({ from, differences }) => ({ from, differences: differences.filter((each) => !isOfCode(each)) }))
    .filter(({ differences }) => differences.length > 0)
    .sort((a, b) => a.differences.length - b.differences.length);
  const nearest = others.find(({ from }) => from.key === last?.key) ?? others[0];
  if (nearest === undefined) return { kind: 'no result', instance };
  return { kind: 'differs', instance, differences: nearest.differences };
}

/** The result itself, or as it was accepted in the meantime: so all reasons are kept. */
function lastAccepted<Candidate extends Pick<Acceptance, 'from'>>(
  result: Candidate,
  candidates: readonly Candidate[],
): Candidate {
  const next = candidates.find(({ from }) => from.accepted?.at(-1)?.from === result.from.key);
  return next === undefined
    ? result
    : lastAccepted(
        next,
        candidates.filter((candidate) => candidate !== next),
      );
}

function isOfCode({ field }: Difference): boolean {
  return /^(code|packages)(?=[ .]|$)/.test(field);
}
