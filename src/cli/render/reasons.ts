import type { Difference, KeyRecord, PlannedStage } from '../../runner/records.ts';
import { drawDifference } from './difference.ts';

const shown = 3;

/** The first few reasons on one line: `params.lr: 0.1 → 0.2, code src/nas/sampler.ts: changed and 4 more`. */
export function drawReasons(reasons: readonly Difference[]): string {
  const first = reasons.slice(0, shown).map(drawReason).join(', ');
  return reasons.length <= shown ? first : `${first} and ${reasons.length - shown} more`;
}

/** Why a stage has its verdict; a pending one names what it waits for in place of the inputs that are not there yet. */
export function drawVerdictReasons({ instance, verdict }: PlannedStage): string {
  if (verdict.kind === 'fresh') return drawAccepted(verdict.record) ?? '';
  if (verdict.kind === 'restore') {
    return [drawReasons(verdict.reasons), drawAccepted(verdict.record)].filter(Boolean).join('; ');
  }
  if (verdict.kind === 'run') return drawReasons(verdict.reasons);
  const awaited = awaitedInputs({ instance, verdict });
  const others = drawReasons(verdict.reasons.filter(({ field }) => !awaited.has(field)));
  return `after ${verdict.after.join(', ')}${others === '' ? '' : `; ${others}`}`;
}

/** `accepted: tidied up`, of outputs that were made with other code. */
export function drawAccepted({ accepted }: Pick<KeyRecord, 'accepted'>): string | undefined {
  return accepted === undefined ? undefined : `accepted: ${accepted.map(({ reason }) => reason).join('; ')}`;
}

/** Fields of the inputs that stages before a pending one have still to make. */
export function awaitedInputs({ instance, verdict }: PlannedStage): Set<string> {
  if (verdict.kind !== 'pending') return new Set();
  return new Set(
    Object.entries(instance.inputs)
      .filter(([, { stage }]) => verdict.after.includes(stage))
      .map(([slot]) => `inputs.${slot}`),
  );
}

/** One reason in words. Beside the fields that differ, the plan knows a few that no field stands for. */
function drawReason(reason: Difference): string {
  const { field, before, after } = reason;
  if (field === 'force') return 'forced';
  if (field === 'record' && before === undefined) return 'first run';
  if (field === 'record' && after === 'missing') return 'its record is missing';
  if (field === 'format') return `format of keys: ${String(before)} → ${String(after)}`;
  if (field.startsWith('outputs.') && typeof after === 'string' && before !== undefined) return `${field} ${after}`;
  return drawDifference(reason);
}
