import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { suggest } from '../../runner/suggestion.ts';
import type { Command } from '../command.ts';
import { completionFor, shells } from '../completion.ts';

export const command: Command = ({ positionals: [name], console }) => {
  const shell = shells.find((each) => each === name);
  if (shell === undefined)
    throw new Diagnostic(`there is no completion for "${name}"`, { hint: suggest(name, shells, 'shells') });
  console.out(completionFor(shell));
  return ExitCode.ok;
};
