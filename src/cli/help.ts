import { commands, environmentTwin, options, optionsOf } from './options.ts';
import type { CommandName, OptionName } from './options.ts';
import { drawMarkdownTable, drawTable } from './render/table.ts';

/** `shrinknas why <file> <stage>` */
export function usageOf(command: CommandName): string {
  const { positionals, required = [] } = commands[command];
  const words = positionals.map((name) => (name.startsWith('[') ? name : `<${name}>`));
  return ['shrinknas', command, ...words, ...required.map((name) => `--${name} ${options[name].value}`)].join(' ');
}

/** `-j, --jobs N` */
export function spellingOf(name: OptionName): string {
  const { short, value } = options[name];
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** Help of one command, or of the program. */
export function helpText(command?: CommandName): string {
  return command === undefined ? programHelp() : commandHelp(command);
}

function programHelp(): string {
  const names = Object.keys(commands) as CommandName[];
  return [
    'shrinknas: runs translation and architecture search experiments that are written down as pipeline files.',
    '',
    'Use: shrinknas <file.json5> [stage…] [name.path=value…]',
    '     shrinknas <command> …',
    '',
    drawTable(names.map((name) => [`  ${usageOf(name).replace('shrinknas ', '')}`, commands[name].summary])),
    '',
    'shrinknas help <command> lists the options of a command. Each has an environment twin: --jobs 2 is '
      + 'SHRINKNAS_JOBS=2.',
    'Through npm: npm run pipeline <file.json5>, and options after --: npm run pipeline <file.json5> -- --jobs 2',
    '',
  ].join('\n');
}

function commandHelp(command: CommandName): string {
  const { summary, details } = commands[command] as { summary: string; details?: string };
  const rows = optionsOf(command).map((name) => {
    const indent = options[name].short === undefined ? '      ' : '  ';
    return [`${indent}${spellingOf(name)}`, explanationOf(name)];
  });
  const about = details === undefined ? summary : `${summary}\n${details}`;
  return `Use: ${usageOf(command)}\n\n${about}\n\nOptions:\n${drawTable(rows)}\n`;
}

/** The generated part of docs/cli.md: a table of the commands, then of the options with their environment twins. */
export function helpMarkdown(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const code = (text: string) => `\`${cell(text)}\``;
  const commandNames = Object.keys(commands) as CommandName[];
  const optionNames = Object.keys(options) as OptionName[];
  const commandRows = commandNames.map((name) => {
    const {
      summary,
      details,
      options: own,
    } = commands[name] as { summary: string; details?: string; options: readonly OptionName[] };
    const text = cell(details === undefined ? summary : `${summary} ${details}`);
    return [code(usageOf(name).replace('shrinknas ', '')), text, own.map((option) => code(`--${option}`)).join(' ')];
  });
  const optionRows = optionNames
    .filter((name) => name !== 'help')
    .map((name) => [code(spellingOf(name)), code(environmentTwin(name)), cell(explanationOf(name))]);
  return [
    drawMarkdownTable([['Command', 'What it does', 'Options'], ...commandRows]),
    drawMarkdownTable([['Option', 'Environment', 'What it does'], ...optionRows]),
  ].join('\n\n');
}

function explanationOf(name: OptionName): string {
  const { help, choices } = options[name];
  return choices === undefined ? help : `${help} One of ${choices.join(', ')}.`;
}
