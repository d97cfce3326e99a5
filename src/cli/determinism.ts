import path from 'node:path';
import { ExitCode } from '../runner/diagnostic.ts';
import type { Repetition } from '../runner/execute/apart.ts';
import { repeatApart } from '../runner/execute/apart.ts';
import { localExecutor } from '../runner/execute/local/executor.ts';
import { loadPipeline } from '../runner/load/pipeline.ts';
import type { CommandContext } from './command.ts';
import { watchSignals } from './interrupt.ts';
import { openProjectStore, runNamed } from './project.ts';
import { plainRenderer } from './render/plain.ts';
import { warn } from './console.ts';

/** Executes a stage of a run once more, apart, and says which files come out otherwise. */
export async function checkDeterminism(stage: string, context: CommandContext): Promise<ExitCode> {
  const {
    positionals: [word = 'latest'],
    options,
    console,
  } = context;
  const store = openProjectStore(context, [word]);
  const { file, overrides } = runNamed(word, store, console.folder);
  const pipeline = loadPipeline(path.join(store.layout.project, file), { set: overrides });
  const renderer = plainRenderer(console.err, () => performance.now() / 1000);
  const interruption = watchSignals();
  try {
    const repetitions = await repeatApart(pipeline, store, stage, {
      execute: localExecutor(),
      signal: interruption.signal,
      onEvent: (event) => renderer.handle(event),
      onWarning: (message) => warn(console, message),
      ...(options.engine === undefined ? {} : { engine: options.engine }),
    });
    if (options.json) console.out(`${JSON.stringify(repetitions, undefined, 2)}\n`);
    else console.out(repetitions.map(drawRepetition).join(''));
    if (interruption.signal.aborted) return interruption.exitCode();
    return repetitions.every(({ status }) => status === 'same') ? ExitCode.ok : ExitCode.failed;
  } finally {
    interruption.release();
  }
}

function drawRepetition({ stage, status, differences, message }: Repetition): string {
  switch (status) {
    case 'same':
      return `${stage}: the same bytes again\n`;
    case 'different':
      return differences.map(({ output, file, problem }) => `${stage}: ${output}/${file} ${says[problem]}\n`).join('');
    case 'failed':
      return `${stage}: failed: ${message}\n`;
    case 'interrupted':
      return `${stage}: interrupted\n`;
  }
}

const says = { differs: 'differs', missing: 'did not come out again', new: 'is new' } as const;
