import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { debugStage } from '../../runner/execute/debug/debug.ts';
import type { FailedJob } from '../../runner/execute/debug/failed-job.ts';
import { readFailedJob } from '../../runner/execute/debug/failed-job.ts';
import type { Store } from '../../runner/store/store.ts';
import type { Command, CommandContext } from '../command.ts';
import { watchSignals } from '../interrupt.ts';
import { openProjectStore, runNamed, stageNamed, stagesNamed } from '../project.ts';
import { plainRenderer } from '../render/plain.ts';

export const command: Command = async (context) => {
  const {
    positionals: [name, word],
    options,
    console,
  } = context;
  const store = openProjectStore(context, word === undefined ? [] : [word]);
  const failed = failedJob(name, word, store, context);
  const renderer = plainRenderer(console.err, () => performance.now() / 1000);
  const interruption = watchSignals();
  try {
    const end = await debugStage(failed, store, {
      inspect: options.inspect ?? false,
      signal: interruption.signal,
      onEvent: (event) => renderer.handle(event),
      onFolder: (folder) => console.err(`What ${failed.job.stage} writes is in ${folder}; nothing is published.\n`),
    });
    switch (end.status) {
      case 'interrupted':
        return interruption.exitCode();
      case 'succeeded':
        console.err(`${failed.job.stage} succeeded: run the pipeline again.\n`);
        return ExitCode.ok;
      case 'failed':
        console.err(`${console.paintErr('red', 'failed')}: ${end.stack ?? end.message}\n`);
        return ExitCode.failed;
    }
  } finally {
    interruption.release();
  }
};

/** Of the given run, else of the newest one in which a stage of that name failed. */
function failedJob(name: string, word: string | undefined, store: Store, { console }: CommandContext): FailedJob {
  if (word !== undefined) {
    const run = runNamed(word, store, console.folder);
    const { id, outcome } = stageNamed(name, run);
    const failed = readFailedJob(store, run.id, id);
    if (failed !== undefined) return failed;
    throw new Diagnostic(`stage '${id}' did not fail in run ${run.id}: ${outcome}`, {
      hint: 'Only a stage that failed can be debugged.',
    });
  }
  for (const run of store.runs()) {
    const failures = stagesNamed(name, run).flatMap(({ id }) => readFailedJob(store, run.id, id) ?? []);
    if (failures.length === 1) return failures[0];
    if (failures.length > 1) {
      throw new Diagnostic(`'${name}' means ${failures.length} stages that failed in run ${run.id}`, {
        hint: `Name one of ${failures.map(({ job }) => job.stage).join(', ')}.`,
      });
    }
  }
  const place = path.relative(console.folder, store.layout.project) || 'this project';
  throw new Diagnostic(`no stage '${name}' failed in a recorded run of ${place}`, {
    hint: 'List the recorded runs with: npm run pipeline runs',
  });
}
