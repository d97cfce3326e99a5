import { keyFormat } from '../key/key.ts';
import type { ForeignRecord } from '../store/record-files.ts';
import { describeForeign, recordFormats } from '../store/record-files.ts';
import type { Difference, PlannedStage } from '../records.ts';

const shown = 5;

/** Why a stage has no record: the one that there is was written by another version. */
export function foreignReason({ kind, format }: ForeignRecord): Difference {
  return { field: 'record', before: format, after: `format ${recordFormats[kind]}` };
}

/**
 * What to tell of records and keys of other versions of this program: which formats, and what runs again for that,
 * perhaps among other reasons. Undefined when there is nothing to tell.
 */
export function formatWarning(foreign: readonly ForeignRecord[], stages: readonly PlannedStage[]): string | undefined {
  const reasonsOf = ({ verdict }: PlannedStage) => (verdict.kind === 'fresh' ? [] : verdict.reasons.filter(isOfFormat));
  const affected = stages.filter((stage) => stage.verdict.kind !== 'restore' && reasonsOf(stage).length > 0);
  const keys = new Set(
    stages
      .flatMap(reasonsOf)
      .filter(({ field }) => field === 'format')
      .map(({ before }) => `format ${String(before)}`),
  );
  const found = [
    ...describeForeign(foreign),
    ...(keys.size === 0 ? [] : [`keys of ${[...keys].join(' and ')}, where this version makes format ${keyFormat}`]),
  ];
  if (found.length === 0) return undefined;
  return (
    `another version of shrinknas left ${found.join('; ')}: `
    + `${consequence(affected.map(({ instance }) => instance.id))}`
  );
}

function consequence(ids: readonly string[]): string {
  if (ids.length === 0) return 'no stage has to run again for that';
  const rest = ids.length > shown ? ` and ${ids.length - shown} more` : '';
  return `${ids.slice(0, shown).join(', ')}${rest} would run again`;
}

function isOfFormat({ field, before }: Difference): boolean {
  return field === 'format' || (field === 'record' && typeof before === 'string' && before.includes('format'));
}
