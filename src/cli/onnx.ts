import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { removeTree, uniqueSuffix } from '../disk/files.ts';
import { Diagnostic, ExitCode } from '../runner/diagnostic.ts';
import { runProgram } from '../runner/execute/program.ts';
import type { CommandContext } from './command.ts';
import { watchSignals } from './interrupt.ts';
import { modelHint, openModel } from './model.ts';
import { formatBytes } from './render/units.ts';
import { programError } from './errors.ts';

/**
 * Writes the model that a word means as ONNX, to a folder that is there when it is whole.
 * @throws Diagnostic where there is no such model, it is broken, or the folder is there already
 */
export async function exportOnnx(word: string, name: string, context: CommandContext): Promise<ExitCode> {
  const { options, console } = context;
  const target = path.resolve(console.folder, name);
  if (existsSync(target))
    throw new Diagnostic(`${name} is already there`, { hint: 'Remove it, or name another folder.' });
  const { folder, store } = openModel(word, context);
  const precision = options.precision ?? 'float32';
  const draft = `${target}.${uniqueSuffix()}.tmp`;
  let bytes = 0;
  const interruption = watchSignals();
  try {
    const end = await runProgram('export-onnx', store, {
      params: { model: folder, folder: draft, precision },
      signal: interruption.signal,
      onEvent: (event) => {
        if (event.type === 'metric') bytes = Number(event.values.bytes);
      },
    });
    if (end.status === 'interrupted') return interruption.exitCode();
    if (end.status === 'failed') throw programError(end, { exitCode: ExitCode.usage, hint: modelHint });
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(draft, target);
  } finally {
    removeTree(draft);
    interruption.release();
  }
  if (options.json) console.out(`${JSON.stringify({ model: folder, folder: name, precision, bytes }, undefined, 2)}\n`);
  else console.err(`The model of ${word} is in ${name}: ${precision}, ${formatBytes(bytes)}.\n`);
  return ExitCode.ok;
}
