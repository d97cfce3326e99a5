import { ExitCode } from '../../runner/diagnostic.ts';
import type { RunRecord, RunStage } from '../../runner/records.ts';
import type { Command } from '../command.ts';
import { openProjectStore, warnOfLeftOut } from '../project.ts';
import { drawStatus } from '../render/status.ts';
import { drawTable } from '../render/table.ts';
import { formatSeconds } from '../render/units.ts';

export const command: Command = (context) => {
  const { options, console } = context;
  const store = openProjectStore(context);
  const runs = store
    .runs()
    .filter(({ pipeline }) => options.pipeline === undefined || pipeline === options.pipeline)
    .slice(0, options.limit);
  warnOfLeftOut(store, console);
  if (options.json) {
    console.out(`${JSON.stringify(runs.map(summaryOf), undefined, 2)}\n`);
  } else if (runs.length === 0) {
    console.err(
      options.pipeline === undefined
        ? 'No run is recorded yet.\n'
        : `No run of a pipeline "${options.pipeline}" is recorded.\n`,
    );
  } else {
    console.out(
      `${drawTable([
        ['RUN', 'STATUS', 'STARTED', 'TOOK', 'STAGES'].map((title) => console.paintOut('bold', title)),
        ...runs.map((run) => [
          run.id,
          drawStatus(run.status, console.paintOut),
          run.started.slice(0, 16).replace('T', ' '),
          formatSeconds(secondsOf(run)),
          [drawCounts(run), ...run.overrides].join('  '),
        ]),
      ])}\n`,
    );
  }
  return ExitCode.ok;
};

/** A run without its stages' details, which `show` gives. */
function summaryOf(run: RunRecord) {
  const { id, pipeline, file, status, started, finished, seed, overrides } = run;
  return {
    id,
    pipeline,
    file,
    status,
    started,
    finished,
    seconds: secondsOf(run),
    seed,
    overrides,
    stages: countOutcomes(run),
    accepted: countAccepted(run),
  };
}

function secondsOf(run: RunRecord): number {
  return (Date.parse(run.finished) - Date.parse(run.started)) / 1000;
}

/** `3 ran, 1 restored, 5 fresh (2 accepted)` */
function drawCounts(run: RunRecord): string {
  const accepted = countAccepted(run);
  const outcomes = Object.entries(countOutcomes(run))
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
  return accepted === 0 ? outcomes : `${outcomes} (${accepted} accepted)`;
}

/** Stages with outputs that were made with other code. */
function countAccepted(run: RunRecord): number {
  return run.stages.filter(({ accepted }) => accepted !== undefined).length;
}

function countOutcomes(run: RunRecord): Partial<Record<RunStage['outcome'], number>> {
  const counts: Partial<Record<RunStage['outcome'], number>> = {};
  for (const { outcome } of run.stages) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
