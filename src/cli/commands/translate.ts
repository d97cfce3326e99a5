import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { HostEvent } from '../../runner/execute/job.ts';
import { runProgram } from '../../runner/execute/program.ts';
import type { Command, CommandContext } from '../command.ts';
import { watchSignals } from '../interrupt.ts';
import { openModel } from '../model.ts';

/** As the stage `bleu` has them. */
const defaults = { beam: 5, lengthPenalty: 1, maxLength: 200 };

export const command: Command = async (context) => {
  const { positionals: [word, text], options, console } = context;
  const { beam = defaults.beam, 'length-penalty': lengthPenalty = defaults.lengthPenalty, 'max-length': maxLength = defaults.maxLength } = options;
  const nBest = options['n-best'] ?? 1;
  if (nBest > beam) {
    throw new Diagnostic(`--n-best is ${nBest}, and a beam of ${beam} finishes no more than ${beam} translations`, { hint: `give --beam ${nBest}, or more` });
  }
  const file = text === undefined ? null : readableFile(text, context);
  const { folder, store } = openModel(word, context);
  if (file === null && process.stdin.isTTY) console.err('Translating what you type, one sentence a line; Ctrl-D ends.\n');

  const interruption = watchSignals(() => undefined, (exitCode) => process.exit(exitCode));
  try {
    const end = await runProgram('translate', store, {
      params: {
        model: folder, file, beam, lengthPenalty, maxLength, nBest,
        format: options.json ? 'json' : options['n-best'] === undefined ? 'text' : 'table',
      },
      ...(options.engine === undefined ? {} : { engine: options.engine }),
      ...(options.cores === undefined ? {} : { cores: options.cores }),
      signal: interruption.signal,
      onEvent: (event) => passOn(event, context),
    });
    switch (end.status) {
      case 'succeeded': return ExitCode.ok;
      case 'interrupted': return interruption.exitCode();
      case 'failed': throw failure(end);
    }
  } finally {
    interruption.release();
  }
};

function readableFile(text: string, { console }: CommandContext): string {
  const file = path.resolve(console.folder, text);
  if (!existsSync(file)) throw new Diagnostic(`${text} does not exist`, { hint: 'Give a file of text, or none to translate standard input.' });
  if (statSync(file).isDirectory()) throw new Diagnostic(`${text} is a folder`, { hint: 'Give a file of text, one sentence a line.' });
  accessSync(file, constants.R_OK);
  return file;
}

function passOn(event: HostEvent, { console }: CommandContext): void {
  if (event.type === 'log' && event.level === 'warning') console.err(`${console.paintErr('yellow', 'warning')}: ${event.message}\n`);
}

/** What the user can mend has no stack; anything else is a bug, and shown as one. */
function failure({ message, stack }: { message: string; stack?: string }): Error {
  return stack === undefined ? new Diagnostic(message, { exitCode: ExitCode.failed }) : Object.assign(new Error(message), { stack });
}
