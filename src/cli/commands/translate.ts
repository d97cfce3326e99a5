import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { JobEvent } from '../../runner/execute/job.ts';
import { runProgram } from '../../runner/execute/program.ts';
import type { Command, CommandContext } from '../command.ts';
import { watchSignals } from '../interrupt.ts';
import { modelHint, openModel } from '../model.ts';
import { textSources } from '../texts.ts';

/** As the stage `bleu` has them. */
const defaults = { beam: 5, lengthPenalty: 1, maxLength: 200 };

/** How far the program has come, by what it tells: whose fault a failure is depends on it. */
type Phase = 'starting the engine' | 'opening the model' | 'translating';

export const command: Command = async (context) => {
  const {
    positionals: [word, ...words],
    options,
    console,
  } = context;
  const {
    beam = defaults.beam,
    'length-penalty': lengthPenalty = defaults.lengthPenalty,
    'max-length': maxLength = defaults.maxLength,
  } = options;
  const nBest = options['n-best'] ?? 1;
  if (nBest > beam) {
    throw new Diagnostic(`--n-best is ${nBest}, and a beam of ${beam} finishes no more than ${beam} translations`, {
      hint: `give --beam ${nBest}, or more`,
    });
  }
  const sources = textSources(words, console.folder);
  const { folder, store } = openModel(word, context);
  if (process.stdin.isTTY && sources.some((source) => 'standardInput' in source)) {
    console.err('Translating what you type, one sentence a line; Ctrl-D ends.\n');
  }

  // Where translations appear themselves, they are the progress.
  const isProgressSeen = process.stderr.isTTY && !process.stdout.isTTY;
  let phase: Phase = 'starting the engine';
  const interruption = watchSignals(
    () => undefined,
    (exitCode) => process.exit(exitCode),
  );
  try {
    const end = await runProgram('translate', store, {
      params: {
        model: folder,
        sources,
        beam,
        lengthPenalty,
        maxLength,
        nBest,
        long: options.long ?? 'refuse',
        format: options.json ? 'json' : options['n-best'] === undefined ? 'text' : 'table',
      },
      ...(options.engine === undefined ? {} : { engine: options.engine }),
      ...(options.cores === undefined ? {} : { cores: options.cores }),
      signal: interruption.signal,
      onEvent: (event) => {
        phase = phaseAfter(event, phase);
        passOn(event, context, isProgressSeen);
      },
    });
    switch (end.status) {
      case 'succeeded':
        return ExitCode.ok;
      case 'interrupted':
        return interruption.exitCode();
      case 'failed':
        throw failure(end, phase);
    }
  } finally {
    if (isProgressSeen) console.err('\n');
    interruption.release();
  }
};

function phaseAfter({ type }: JobEvent, phase: Phase): Phase {
  switch (type) {
    case 'engine':
      return 'opening the model';
    case 'metric':
      return 'translating';
    default:
      return phase;
  }
}

function passOn(event: JobEvent, { console }: CommandContext, isProgressSeen: boolean): void {
  if (event.type === 'log' && event.level === 'warning')
    console.err(`${isProgressSeen ? lineStart : ''}${console.paintErr('yellow', 'warning')}: ${event.message}\n`);
  if (event.type === 'metric' && isProgressSeen)
    console.err(`${lineStart}${event.values.lines.toLocaleString('en-US')} lines translated`);
}

/** Goes back to the start of a terminal's line, and clears it. */
const lineStart = '\r\x1b[K';

/** What the user can mend has no stack; anything else is a bug, and shown as one. */
function failure({ message, stack }: { message: string; stack?: string }, phase: Phase): Error {
  if (stack !== undefined) return Object.assign(new Error(message), { stack });
  // Nothing was translated: a wrong model is as a wrong word of the command line.
  if (phase === 'opening the model') return new Diagnostic(message, { exitCode: ExitCode.usage, hint: modelHint });
  return new Diagnostic(message, { exitCode: ExitCode.failed });
}
