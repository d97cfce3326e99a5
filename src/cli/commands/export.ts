import path from 'node:path';
import { ExitCode } from '../../runner/diagnostic.ts';
import { exportRun } from '../../runner/transfer/export.ts';
import type { Command } from '../command.ts';
import { openProjectStore, runNamed } from '../project.ts';
import { formatBytes, plural } from '../render/units.ts';

export const command: Command = async (context) => {
  const {
    positionals: [word, archive],
    options,
    console,
  } = context;
  const store = openProjectStore(context, [word]);
  const run = runNamed(word, store, console.folder);
  const written = await exportRun(run, store, path.resolve(console.folder, archive));
  store.saveStatCache();
  if (options.json) console.out(`${JSON.stringify({ run: run.id, archive, ...written }, undefined, 2)}\n`);
  else {
    const { artifacts, bytes } = written;
    console.err(`${run.id} is in ${archive}: ${plural(artifacts, 'artifact')}, ${formatBytes(bytes)}.\n`);
  }
  return ExitCode.ok;
};
