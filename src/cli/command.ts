import type { Console } from './console.ts';
import type { ExitCode } from '../runner/diagnostic.ts';
import type { OptionValues } from './options.ts';

/** What a command is given: its words, its options, and where to write. */
export interface CommandContext {
  positionals: readonly string[];
  options: OptionValues;
  console: Console;
}

/** Does its work and says how the program should exit. Throws a Diagnostic for what the user can mend. */
export type Command = (context: CommandContext) => ExitCode | Promise<ExitCode>;
