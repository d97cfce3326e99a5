import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { JobEvent } from '../../runner/execute/job.ts';
import { runProgram } from '../../runner/execute/program.ts';
import type { Command, CommandContext } from '../command.ts';
import { watchSignals } from '../interrupt.ts';
import { modelHint, openModel } from '../model.ts';
import { textSources } from '../texts.ts';
import { warn } from '../console.ts';
import { programError } from '../errors.ts';

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
  const interruption = watchSignals();
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
  if (event.type === 'log' && event.level === 'warning') {
    if (isProgressSeen) console.err(lineStart);
    warn(console, event.message);
  }
  if (event.type === 'metric' && isProgressSeen)
    console.err(`${lineStart}${event.values.lines.toLocaleString('en-US')} lines translated`);
}

/** Goes back to the start of a terminal's line, and clears it. */
const lineStart = '\r\x1b[K';

function failure(end: { message: string; stack?: string }, phase: Phase): Error {
  // Nothing was translated: a wrong model is as a wrong word of the command line.
  if (phase === 'opening the model') return programError(end, { exitCode: ExitCode.usage, hint: modelHint });
  return programError(end, { exitCode: ExitCode.failed });
}
