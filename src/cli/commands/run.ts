import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { RunEvent } from '../../runner/events.ts';
import { ownResources } from '../../runner/execute/machine/resources.ts';
import { localExecutor } from '../../runner/execute/local/executor.ts';
import { runPipeline } from '../../runner/execute/run.ts';
import { makePlan } from '../../runner/plan/plan.ts';
import type { Store } from '../../runner/store/store.ts';
import type { RunRecord } from '../../runner/records.ts';
import type { Pipeline } from '../../runner/types.ts';
import { summaryOf } from '../artifacts.ts';
import type { Command, CommandContext } from '../command.ts';
import type { Console } from '../console.ts';
import { watchSignals } from '../interrupt.ts';
import type { Interruption } from '../interrupt.ts';
import { openPipeline, planOptions } from '../pipeline.ts';
import type { Renderer } from '../render/renderer.ts';
import { startRenderer } from '../render/start.ts';
import { drawResults, drawSummary, resultsOf } from '../render/summary.ts';
import type { RunNotes } from '../render/summary.ts';
import { formatSeconds } from '../render/units.ts';
import { command as plan } from './plan.ts';

export const command: Command = async (context) => {
  if (context.options['dry-run']) return plan(context);
  const { pipeline, store } = openPipeline(context);
  await refuseTooLong(pipeline, store, context);
  const renderer = startRenderer(context.console, context.options.json ?? false, process.stderr);
  const interruption = watchSignals(
    (name) => renderer.notify(`${name}: stopping; stages save their progress. Once more to stop at once.`),
    // What runs below notices that this process is gone.
    (exitCode) => {
      // A live list hides the cursor, and has no more time to show it.
      if (process.stderr.isTTY) process.stderr.write('\x1b[?25h');
      process.exit(exitCode);
    },
  );
  try {
    return await execute(context, pipeline, store, renderer, interruption);
  } finally {
    interruption.release();
  }
};

async function execute(
  context: CommandContext,
  pipeline: Pipeline,
  store: Store,
  renderer: Renderer,
  interruption: Interruption,
): Promise<ExitCode> {
  const { options, console } = context;
  const notes: RunNotes = { warnings: [], failedLogs: [], recorded: false };
  let record: RunRecord;
  try {
    record = await runPipeline(
      pipeline,
      store,
      {
        execute: localExecutor(),
        ...planOptions(context),
        ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
        keepGoing: options['keep-going'] ?? false,
        restart: options.restart ?? false,
        signal: interruption.signal,
        ...(options['lock-timeout'] === undefined ? {} : { lockTimeout: options['lock-timeout'] }),
      },
      (event) => {
        takeNote(event, notes, console);
        renderer.handle(event);
      },
    );
  } finally {
    await renderer.finish();
  }
  if (!options.json) report(pipeline, record, store, notes, console);
  if (interruption.signal.aborted && record.status === 'interrupted') return interruption.exitCode();
  refuseBusy(record, store);
  return record.status === 'succeeded' ? ExitCode.ok : ExitCode.failed;
}

/** Throws a Diagnostic where more time is needed than `--max-minutes` grants, by what earlier runs took. */
async function refuseTooLong(pipeline: Pipeline, store: Store, context: CommandContext): Promise<void> {
  const { 'max-minutes': minutes, jobs = ownResources().cores } = context.options;
  if (minutes === undefined) return;
  const { stages } = await makePlan(pipeline, store, { ...planOptions(context), onWarning: () => undefined });
  const known = stages.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
  // Side by side they need no less than this.
  const seconds = Math.max(0, ...known, known.reduce((sum, each) => sum + each, 0) / jobs);
  if (seconds <= 60 * minutes) return;
  throw new Diagnostic(
    `this would take ${formatSeconds(seconds)} or more, by earlier runs: --max-minutes is ${minutes}`,
    {
      hint: 'See what would run: npm run pipeline plan with the same words.',
    },
  );
}

/** Throws a Diagnostic (exit code 75) for what another run kept from being made. */
function refuseBusy(record: RunRecord, store: Store): void {
  const busy = record.stages.find(({ outcome }) => outcome === 'busy');
  if (record.status !== 'interrupted' || busy?.key === undefined) return;
  throw new Diagnostic(`stage '${busy.id}' was not made: ${busy.error}`, {
    exitCode: ExitCode.lock,
    hint:
      'Run it again when that run is done, or allow more time with --lock-timeout; '
      + `if that process is gone for good, remove ${store.layout.keyLock(busy.key)}.`,
  });
}

/** Keeps what the summary repeats. */
function takeNote(event: RunEvent, notes: RunNotes, console: Console): void {
  if (event.type === 'stage-log' && event.level === 'warning') notes.warnings.push(`${event.stage}: ${event.message}`);
  if (event.type === 'stage-failed') notes.failedLogs.push(path.relative(console.folder, event.log));
  if (event.type === 'run-finished') notes.recorded = event.recorded;
}

function report(pipeline: Pipeline, record: RunRecord, store: Store, notes: RunNotes, console: Console): void {
  console.err(drawSummary(record, notes, console.paintErr));
  const results = resultsOf(pipeline, record).map(({ stage, output }) => ({
    stage: stage.id,
    output,
    folder: path.relative(console.folder, path.join(store.layout.latest(pipeline.name, stage.id), output)),
    summary: summaryOf(store, stage.outputs[output]),
  }));
  console.out(drawResults(results, console.paintOut));
}
