import { ExitCode } from '../runner/diagnostic.ts';
import type { Command } from './command.ts';
import { processConsole } from './console.ts';
import type { Console } from './console.ts';
import { reportError } from './errors.ts';
import type { CommandName } from './options.ts';
import { parseCommandLine } from './parse.ts';

/** Loaded one at a time: a command must not wait for the imports of another. */
const loaders: Record<CommandName, () => Promise<{ command: Command }>> = {
  run: () => import('./commands/run.ts'),
  plan: () => import('./commands/plan.ts'),
  why: () => import('./commands/why.ts'),
  accept: () => import('./commands/accept.ts'),
  diff: () => import('./commands/diff.ts'),
  runs: () => import('./commands/runs.ts'),
  show: () => import('./commands/show.ts'),
  report: () => import('./commands/report.ts'),
  verify: () => import('./commands/verify.ts'),
  gc: () => import('./commands/gc.ts'),
  export: () => import('./commands/export.ts'),
  import: () => import('./commands/import.ts'),
  logs: () => import('./commands/logs.ts'),
  debug: () => import('./commands/debug.ts'),
  graph: () => import('./commands/graph.ts'),
  lint: () => import('./commands/lint.ts'),
  space: () => import('./commands/space.ts'),
  translate: () => import('./commands/translate.ts'),
  serve: () => import('./commands/serve.ts'),
  engines: () => import('./commands/engines.ts'),
  completion: () => import('./commands/completion.ts'),
  schema: () => import('./commands/schema.ts'),
};

/** Runs the command line `words` and gives the exit code; never throws. */
export async function main(words: readonly string[]): Promise<number> {
  const console = processConsole();
  try {
    return await dispatch(words, console);
  } catch (error) {
    return reportError(error, console);
  }
}

async function dispatch(words: readonly string[], console: Console): Promise<ExitCode> {
  const parsed = parseCommandLine(words, console.environment);
  switch (parsed.type) {
    case 'help': {
      const { helpText } = await import('./help.ts');
      if (parsed.asked) console.out(helpText(parsed.command));
      else console.err(helpText());
      return parsed.asked ? ExitCode.ok : ExitCode.usage;
    }
    case 'version': {
      const { packageVersion } = await import('../runner/package-root.ts');
      console.out(`${packageVersion}\n`);
      return ExitCode.ok;
    }
    case 'command': {
      const { command } = await loaders[parsed.command]();
      return command({ positionals: parsed.positionals, options: parsed.options, console });
    }
  }
}
