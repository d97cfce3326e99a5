import type { DocumentDifference, FileDifference, OutputDiff, RunDiff, StageDiff } from '../../runner/diff/types.ts';
import type { Difference } from '../../runner/records.ts';
import { drawChange, drawSigned, drawValue, roundNumbers } from './difference.ts';
import { formatBytes, formatCount } from './units.ts';

/** One line of a comparison: what, and how it differs. */
export interface DiffRow {
  field: string;
  change: string;
}

export interface DiffGroup {
  /** Stages, `stage.output`, or empty for the pipeline itself. */
  title: string;
  rows: DiffRow[];
}

type ChangedStage = Extract<StageDiff, { change: 'changed' }>;

/**
 * The causes of a comparison: the pipeline's own, then the stages'; rounds and variants
 * with the same ones share a group.
 */
export function causeGroups(diff: RunDiff): DiffGroup[] {
  const own = diff.pipeline.length === 0 ? [] : [{ title: 'pipeline', rows: diff.pipeline.map(differenceRow) }];
  const groups = new Map<string, { stages: string[]; rows: DiffRow[] }>();
  for (const stage of diff.stages) {
    const rows =
      stage.change === 'changed'
        ? stage.causes.map(differenceRow)
        : [{ field: 'stage', change: `${stage.change} (${stage.type})` }];
    if (rows.length === 0) continue;
    const key = JSON.stringify(rows);
    const group = groups.get(key) ?? { stages: [], rows };
    group.stages.push(stage.id);
    groups.set(key, group);
  }
  return [...own, ...[...groups.values()].map(({ stages, rows }) => ({ title: stages.join(', '), rows }))];
}

/** The effects: per stage what it was given and how far it came, then each output with what differs in it. */
export function effectGroups(diff: RunDiff): DiffGroup[] {
  return diff.stages
    .filter((stage): stage is ChangedStage => stage.change === 'changed')
    .flatMap((stage) => {
      const rows = [
        ...(stage.outcome === undefined ? [] : [differenceRow(stage.outcome)]),
        ...stage.inheritedInputs.map(({ slot, from }) => ({
          field: `inputs.${slot}`,
          change: `differs, made by ${from}`,
        })),
      ];
      return [
        ...(rows.length === 0 ? [] : [{ title: stage.id, rows }]),
        ...stage.outputs.map((output) => ({ title: `${stage.id}.${output.output}`, rows: outputRows(output) })),
      ];
    });
}

function differenceRow({ field, before, after }: Difference): DiffRow {
  const numbers = typeof before === 'number' && typeof after === 'number' ? ` (${drawSigned(after - before)})` : '';
  return { field, change: drawChange(before, after) + numbers };
}

function outputRows(output: OutputDiff): DiffRow[] {
  switch (output.change) {
    case 'added':
    case 'removed':
      return [{ field: 'output', change: `${output.change} (${output.artifact})` }];
    case 'unavailable': {
      const sides = { before: 'earlier content is', after: 'later content is', both: 'contents are' }[output.missing];
      return [{ field: output.artifact, change: `differs; the ${sides} no longer in the store` }];
    }
    case 'changed':
      return [
        ...(output.findings ?? []).map(({ name, text }) => ({ field: name, change: text })),
        ...output.document.map((difference) => documentRow(output.artifact, difference)),
        ...output.files.map(fileRow),
      ];
  }
}

function documentRow(artifact: string, difference: DocumentDifference): DiffRow {
  const field = difference.path === '' ? `${artifact}.json` : difference.path;
  switch (difference.kind) {
    case 'changed': {
      const signed = difference.change === undefined ? '' : ` (${drawSigned(difference.change)})`;
      return { field, change: drawChange(difference.before, difference.after) + signed };
    }
    case 'added':
      return { field, change: `added: ${drawValue(roundNumbers(difference.after))}` };
    case 'removed':
      return { field, change: `removed: ${drawValue(roundNumbers(difference.before))}` };
    case 'items': {
      const { differing, lengthBefore, lengthAfter } = difference;
      const lengths =
        lengthBefore === lengthAfter ? '' : ` (length ${formatCount(lengthBefore)} → ${formatCount(lengthAfter)})`;
      return {
        field,
        change:
          `${formatCount(differing)} of ${formatCount(Math.max(lengthBefore, lengthAfter))} items `
          + `differ${lengths}`,
      };
    }
  }
}

function fileRow({ path, kind, bytesBefore = 0, bytesAfter = 0 }: FileDifference): DiffRow {
  if (kind === 'added') return { field: path, change: `added (${formatBytes(bytesAfter)})` };
  if (kind === 'removed') return { field: path, change: `removed (${formatBytes(bytesBefore)})` };
  const [old, young] = [formatBytes(bytesBefore), formatBytes(bytesAfter)];
  return { field: path, change: `differs (${old === young ? young : `${old} → ${young}`})` };
}
