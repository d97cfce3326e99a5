import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { runProgram } from '../../runner/execute/program.ts';
import type { Command } from '../command.ts';
import { watchSignals } from '../interrupt.ts';
import { modelHint, openModel } from '../model.ts';
import { warn } from '../console.ts';
import { programError } from '../errors.ts';

const defaults = { host: '127.0.0.1', port: 5000, rate: 10_000, beam: 5, lengthPenalty: 1, maxLength: 200 };
/** Those that nobody else reaches. */
const ownAddresses = ['127.0.0.1', '::1', 'localhost'];

export const command: Command = async (context) => {
  const { positionals, options, console } = context;
  const { host = defaults.host, port = defaults.port, rate = defaults.rate, key } = options;
  const local = ownAddresses.includes(host);
  if (!local && !key) {
    throw new Diagnostic(`--host ${host} lets other machines ask, and there is no key`, {
      hint: 'Give one that they must have: SHRINKNAS_KEY=… shrinknas serve …',
    });
  }
  const models = positionals.map((word) => openModel(word, context));
  let isListening = false;
  const interruption = watchSignals();
  try {
    const end = await runProgram('serve', models[0].store, {
      params: {
        models: models.map(({ folder }) => folder),
        host,
        local,
        port,
        rate,
        beam: options.beam ?? defaults.beam,
        lengthPenalty: options['length-penalty'] ?? defaults.lengthPenalty,
        maxLength: options['max-length'] ?? defaults.maxLength,
        ...(key ? { key } : {}),
      },
      ...(options.engine === undefined ? {} : { engine: options.engine }),
      ...(options.cores === undefined ? {} : { cores: options.cores }),
      signal: interruption.signal,
      onEvent(event) {
        if (event.type === 'log' && event.level === 'warning') warn(console, event.message);
        if (event.type !== 'metric') return;
        isListening = true;
        console.err('Ctrl-C ends it.\n');
      },
    });
    if (end.status !== 'failed') return ExitCode.ok;
    throw programError(end, isListening ? { exitCode: ExitCode.failed } : { hint: modelHint });
  } finally {
    interruption.release();
  }
};
