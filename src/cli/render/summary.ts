import type { RunRecord, RunStage } from '../../runner/records.ts';
import type { Pipeline } from '../../runner/types.ts';
import type { Paint } from './colour.ts';
import { nothingToRun } from './plan.ts';
import { drawStatus } from './status.ts';
import { drawTable } from './table.ts';
import { formatSeconds, plural } from './units.ts';

/** What was noted while a run went on, and deserves to be repeated at its end. */
export interface RunNotes {
  warnings: string[];
  /** Path of the log of each failed stage. */
  failedLogs: string[];
  recorded: boolean;
}

/** Outcomes of stages that were not executed. */
const untimed: ReadonlySet<RunStage['outcome']> = new Set(['restored', 'not reached', 'busy']);

/** What a run came to: each stage that is not fresh, then the counts; a single line when there was nothing to run. */
export function drawSummary(record: RunRecord, { warnings, failedLogs, recorded }: RunNotes, paint: Paint): string {
  const notable = record.stages.filter(({ outcome }) => outcome !== 'fresh');
  if (notable.length === 0) return `${nothingToRun(record.stages.length)}\n`;
  const rows = notable.map(({ id, outcome, seconds, error }) => [
    `  ${id}`,
    drawStatus(outcome, paint),
    untimed.has(outcome) ? '' : formatSeconds(seconds),
    error ?? '',
  ]);
  const seconds = (Date.parse(record.finished) - Date.parse(record.started)) / 1000;
  return [
    '',
    ...warnings.map((warning) => `${paint('yellow', 'warning')}: ${warning}`),
    drawTable(rows),
    ...failedLogs.map((file) => `  log: ${file}`),
    ...record.stages
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ id }) => `  once more, in the foreground: npm run pipeline debug ${id}`),
    '',
    `${drawStatus(record.status, paint)}: ${drawCounts(record.stages)}, in `
      + `${formatSeconds(seconds)}${recorded ? ` (run ${record.id})` : ''}`,
    '',
  ].join('\n');
}

/** `2 stages ran, 1 restored, 6 fresh` */
function drawCounts(stages: readonly RunStage[]): string {
  const counts = (['ran', 'restored', 'fresh', 'failed', 'interrupted', 'busy', 'not reached'] as const)
    .map((outcome) => [outcome, stages.filter((stage) => stage.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0);
  return counts.map(([outcome, count], i) => `${i === 0 ? plural(count, 'stage') : count} ${outcome}`).join(', ');
}

/** A result of a pipeline: an output that no stage reads. */
export interface Result {
  stage: string;
  output: string;
  /** Where it is. */
  folder: string;
  summary: string | undefined;
}

/** Stage and output of every result that the run has, in the pipeline's order. */
export function resultsOf(pipeline: Pipeline, record: RunRecord): { stage: RunStage; output: string }[] {
  const read = new Set(
    pipeline.stages.flatMap(({ inputs }) => Object.values(inputs).map(({ stage, output }) => `${stage} ${output}`)),
  );
  return record.stages.flatMap((stage) =>
    Object.keys(stage.outputs)
      .filter((output) => !read.has(`${stage.id} ${output}`))
      .map((output) => ({ stage, output })),
  );
}

/** The results: what each says of itself, and where it is. */
export function drawResults(results: readonly Result[], paint: Paint): string {
  if (results.length === 0) return '';
  const speaks = results.some(({ summary }) => summary !== undefined);
  return `${drawTable(
    results.map(({ stage, output, folder, summary = '' }) => [
      `${paint('bold', stage)}.${output}`,
      ...(speaks ? [summary] : []),
      paint('dim', folder),
    ]),
  )}\n`;
}
