import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { exportRun } from '../../runner/transfer/export.ts';
import type { Command, CommandContext } from '../command.ts';
import { exportOnnx } from '../onnx.ts';
import { openProjectStore, runNamed } from '../project.ts';
import { formatBytes, plural } from '../render/units.ts';

export const command: Command = (context) => {
  const {
    positionals: [word, archive],
    options,
  } = context;
  if (options.onnx !== undefined && archive !== undefined)
    throw new Diagnostic(`export --onnx does not take "${archive}"`, { hint: 'An archive is another export.' });
  if (options.onnx !== undefined) return exportOnnx(word, options.onnx, context);
  if (options.precision !== undefined)
    throw new Diagnostic('--precision is of a model that is exported', { hint: 'Name the folder too: --onnx FOLDER' });
  if (archive === undefined)
    throw new Diagnostic('export needs an archive', {
      hint: 'Use: shrinknas export <run|file> run.tar, or shrinknas export <model> --onnx FOLDER',
    });
  return exportArchive(word, archive, context);
};

async function exportArchive(word: string, archive: string, context: CommandContext): Promise<ExitCode> {
  const { options, console } = context;
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
}
