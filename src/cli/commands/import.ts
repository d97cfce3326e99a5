import path from 'node:path';
import { ExitCode } from '../../runner/diagnostic.ts';
import { importRun } from '../../runner/transfer/import.ts';
import type { Command } from '../command.ts';
import { openProjectStore } from '../project.ts';
import { plural } from '../render/units.ts';
import { warn } from '../console.ts';

export const command: Command = async (context) => {
  const {
    positionals: [archive],
    options,
    console,
  } = context;
  const store = openProjectStore(context);
  const { run, added, artifacts, otherwise } = await importRun(path.resolve(console.folder, archive), store);
  for (const { key, provenance } of otherwise) {
    warn(
      console,
      `${provenance.stage} came out differently here under the same key ${key.slice(0, 12)}; the result of this store stays`,
    );
  }
  if (options.json) {
    const keys = otherwise.map(({ key }) => key);
    console.out(`${JSON.stringify({ run: run.id, artifacts, added, otherwise: keys }, undefined, 2)}\n`);
  } else {
    console.err(`${run.id} is imported: ${plural(artifacts, 'artifact')}, ${added} of them new.\n`);
  }
  return ExitCode.ok;
};
