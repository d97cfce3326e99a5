import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { RunRecord } from '../../runner/records.ts';
import type { Command } from '../command.ts';
import { openProjectStore, runNamed, stageNamed, stagesNamed, warnOfLeftOut } from '../project.ts';

export const command: Command = (context) => {
  const {
    positionals: [name, word],
    options,
    console,
  } = context;
  const store = openProjectStore(context, word === undefined ? [] : [word]);
  const run = word === undefined ? newestWith(name, store.runs()) : runNamed(word, store, console.folder);
  warnOfLeftOut(store, console);
  const stage = stageNamed(name, run);
  const file = store.logFile(run, stage.id);
  if (file === undefined) {
    throw new Diagnostic(`${stage.id} has no log in run ${run.id}`, {
      hint:
        stage.outcome === 'not reached'
          ? 'The run ended before it came to this stage.'
          : 'The record of the run that made its result was removed.',
    });
  }
  if (options.path) {
    console.out(`${file}\n`);
  } else {
    console.err(`${path.relative(console.folder, file)}\n`);
    console.out(readFileSync(file, 'utf8'));
  }
  return ExitCode.ok;
};

/** The newest run that knows the stage: a run of another pipeline in between must not hide it. */
function newestWith(name: string, runs: RunRecord[]): RunRecord {
  if (runs.length === 0)
    throw new Diagnostic('no run is recorded yet', { hint: 'Run a pipeline: npm run pipeline <file.json5>' });
  return runs.find((run) => stagesNamed(name, run).length > 0) ?? runs[0];
}
