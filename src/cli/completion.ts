import { commands, options, optionsOf } from './options.ts';
import type { CommandName, OptionName, OptionSpec } from './options.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const names = Object.keys(commands) as CommandName[];
const optionNames = Object.keys(options) as OptionName[];
/** Options that take a folder. */
const folders: readonly OptionName[] = ['store'];

/** A script that has a shell complete the commands, options and values of the option table, and pipeline files. */
export function completionFor(shell: Shell): string {
  return { bash, zsh, fish }[shell]();
}

function bash(): string {
  const valueCases = optionNames.flatMap((name) => {
    const { choices, value } = specOf(name);
    if (value === undefined) return [];
    const reply = choices ? `-W '${choices.join(' ')}'` : folders.includes(name) ? '-d' : undefined;
    return [`    ${spellings(name).join('|')}) ${reply === undefined ? 'COMPREPLY=()' : compgen(reply)}; return ;;`];
  });
  const optionCases = names.map(
    (name) => `      ${name}) options='${optionsOf(name).flatMap(spellings).join(' ')}' ;;`,
  );
  return `${[
    '_shrinknas() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=run options i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    `    case \${COMP_WORDS[i]} in ${names.join('|')}) command=\${COMP_WORDS[i]}; break ;; esac`,
    '  done',
    '  case $before in',
    ...valueCases,
    '  esac',
    '  if [[ $word == -* ]]; then',
    '    case $command in',
    ...optionCases,
    '    esac',
    `    ${compgen('-W "$options"')}`,
    '    return',
    '  fi',
    `  ${compgen("-f -X '!*.json5'")}`,
    `  COMPREPLY+=($(compgen -d -S / -- "$word"))`,
    `  if ((COMP_CWORD == 1)); then COMPREPLY+=($(compgen -W '${names.join(' ')} help' -- "$word")); fi`,
    `  if [[ $before == completion ]]; then ${compgen(`-W '${shells.join(' ')}'`)}; fi`,
    '}',
    'complete -o filenames -F _shrinknas shrinknas',
  ].join('\n')}\n`;
}

/** Its own loader of bash's completions. */
function zsh(): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash()}`;
}

function fish(): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const commandLines = names.map(
    (name) => `complete -c shrinknas -n __fish_use_subcommand -a ${name} -d ${quoted(commands[name].summary)}`,
  );
  const optionLines = names.flatMap((command) =>
    optionsOf(command).map((name) => {
      const { short, value, choices, help } = specOf(name);
      // The word `run` may be left out.
      const seen = `__fish_seen_subcommand_from ${command}`;
      const when = command === 'run' ? `__fish_use_subcommand; or ${seen}` : seen;
      return [
        `complete -c shrinknas -n ${quoted(when)} -l ${name}`,
        ...(short === undefined ? [] : [`-s ${short}`]),
        ...(value === undefined ? [] : [folders.includes(name) ? '-r' : '-x']),
        ...(choices === undefined ? [] : [`-a ${quoted(choices.join(' '))}`]),
        `-d ${quoted(help)}`,
      ].join(' ');
    }),
  );
  const shellLine = `complete -c shrinknas -n '__fish_seen_subcommand_from completion' -xa ${quoted(shells.join(' '))}`;
  return `${[...commandLines, ...optionLines, shellLine].join('\n')}\n`;
}

function specOf(name: OptionName): OptionSpec {
  return options[name];
}

/** `--jobs`, `-j` */
function spellings(name: OptionName): string[] {
  const { short } = options[name];
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

function compgen(how: string): string {
  return `COMPREPLY=($(compgen ${how} -- "$word"))`;
}
