import { parseArgs } from 'node:util';
import { Diagnostic } from '../runner/diagnostic.ts';
import { suggest } from '../runner/suggestion.ts';
import { refuseSwallowedOptions } from './npm.ts';
import { commands, environmentTwin, options, optionsOf } from './options.ts';
import type { CommandName, OptionName, OptionValues } from './options.ts';
import { looksLikeFile } from './words.ts';

/** What the words of a command line ask for. */
export interface Invocation {
  command: CommandName;
  positionals: string[];
  options: OptionValues;
}

export type Parsed =
  | ({ type: 'command' } & Invocation)
  /** `command` undefined: help of the program itself. */
  | {
      type: 'help';
      command?: CommandName;
      /** False when there were no words at all, which is a mistake in a script. */ asked: boolean;
    }
  | { type: 'version' };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the words after the program's name and the options' environment twins; a word wins over its twin,
 * and settings add to theirs.
 * Throws a Diagnostic (exit code 2) for an unknown command or option, a bad value, and missing or superfluous words.
 */
export function parseCommandLine(words: readonly string[], environment: Environment = {}): Parsed {
  refuseSwallowedOptions(environment);
  if (words.length === 0) return { type: 'help', asked: false };
  if (words[0] === '--version' || words[0] === '-v') return { type: 'version' };
  if (words[0] === 'help')
    return { type: 'help', command: words[1] === undefined ? undefined : commandNamed(words[1]), asked: true };
  if (words[0] === '--help' || words[0] === '-h') return { type: 'help', asked: true };

  const { command, rest } = splitCommand(words);
  const { given, positionals } = readWords(command, rest);
  if (given.has('help')) return { type: 'help', command, asked: true };
  const values = Object.fromEntries(
    optionsOf(command).flatMap((name) => {
      const own = given.get(name);
      // Settings are applied in turn, so those of both count and the later one wins.
      const twin =
        own === undefined || name === 'set' ? environmentTexts(name, environment[environmentTwin(name)]) : undefined;
      const texts = own && twin ? [...twin, ...own] : (own ?? twin);
      return texts === undefined ? [] : [[name, valueOf(name, texts)]];
    }),
  ) as OptionValues;

  const operands = collectSettings(command, positionals, values);
  checkPositionals(command, operands);
  const missing = commands[command].required?.find((name) => values[name] === undefined || values[name] === '');
  if (missing !== undefined) {
    throw new Diagnostic(`${command} needs --${missing} ${options[missing].value}`, { hint: options[missing].help });
  }
  return { type: 'command', command, positionals: operands, options: values };
}

/** The command and what follows it; a pipeline file in its place means `run`. */
function splitCommand(words: readonly string[]): { command: CommandName; rest: readonly string[] } {
  const at = words.findIndex((word) => !word.startsWith('-'));
  const first = words[at] ?? '';
  if (Object.hasOwn(commands, first) && at === 0) return { command: first as CommandName, rest: words.slice(1) };
  if (at !== 0 || looksLikeFile(first)) return { command: 'run', rest: words };
  return { command: commandNamed(first), rest: words.slice(1) };
}

function commandNamed(word: string): CommandName {
  if (Object.hasOwn(commands, word)) return word as CommandName;
  const known = suggest(word, Object.keys(commands), 'commands');
  throw new Diagnostic(`unknown command "${word}"`, { hint: `${known} (a pipeline file ends in .json5)` });
}

/**
 * Sorts words into texts by option (a flag's is `true`) and positionals, refusing options
 * that the command does not have.
 */
function readWords(
  command: CommandName,
  words: readonly string[],
): { given: Map<OptionName, string[]>; positionals: string[] } {
  const known = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      known.map((name) => {
        const { kind, short } = options[name];
        return [
          name,
          { type: kind === 'flag' ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
        ] as const;
      }),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const given = new Map<OptionName, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const name = known.find((option) => option === token.name);
    if (name === undefined) throw unknownOption(command, token.rawName);
    const flag = options[name].kind === 'flag';
    if (flag && token.value !== undefined)
      throw new Diagnostic(`option --${name} takes no value, and "${token.value}" was given`);
    // A value that looks like an option is a forgotten value, unless it was tied on with `=`.
    if (!flag && (token.value === undefined || (token.inlineValue === false && /^-\D/.test(token.value)))) {
      throw new Diagnostic(`option --${name} needs a value: --${name} ${options[name].value}`);
    }
    given.set(name, [...(given.get(name) ?? []), token.value ?? 'true']);
  }
  return { given, positionals };
}

function unknownOption(command: CommandName, rawName: string): Diagnostic {
  const spellings = (name: CommandName) => optionsOf(name).map((option) => `--${option}`);
  const elsewhere = (Object.keys(commands) as CommandName[]).filter((name) => spellings(name).includes(rawName));
  const hint =
    elsewhere.length > 0
      ? `it is an option of ${elsewhere.join(', ')}`
      : suggest(rawName, spellings(command), 'options');
  return new Diagnostic(`unknown option ${rawName} of ${command}`, { hint });
}

/**
 * An environment twin's text as a command line would give it; undefined when the variable
 * is not set, or a flag's is off.
 */
function environmentTexts(name: OptionName, text: string | undefined): string[] | undefined {
  if (text === undefined || text === '') return undefined;
  // Values may hold commas (a matrix, an instance's name) and spaces, hence the semicolon.
  if (options[name].kind === 'list')
    return text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (options[name].kind !== 'flag') return [text];
  if (/^(1|true|yes|on)$/i.test(text)) return ['true'];
  if (/^(0|false|no|off)$/i.test(text)) return undefined;
  throw new Diagnostic(`${environmentTwin(name)} is "${text}", and must be 1 or 0`);
}

function valueOf(name: OptionName, texts: string[]): string | string[] | number | boolean {
  const { kind, choices, min = -Infinity, max = Infinity, integer } = options[name];
  const last = texts[texts.length - 1];
  if (kind === 'flag') return true;
  if (kind === 'list') return texts;
  if (choices !== undefined && !choices.includes(last)) {
    throw new Diagnostic(`--${name} is "${last}", and must be one of ${choices.join(', ')}`, {
      hint: suggest(last, choices, 'choices'),
    });
  }
  if (kind === 'text') return last;
  const number = last.trim() === '' ? NaN : Number(last);
  if (!Number.isFinite(number) || number < min || number > max || (integer && !Number.isInteger(number))) {
    throw new Diagnostic(
      `--${name} is "${last}", and must be a ${integer ? 'whole ' : ''}number `
        + `${max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`}`,
    );
  }
  return number;
}

/** Moves words such as `search.iterations=3` to `--set`, and returns the others. */
function collectSettings(command: CommandName, positionals: string[], values: OptionValues): string[] {
  if (!(commands[command].options as readonly string[]).includes('set')) return positionals;
  const settings = positionals.filter((word, i) => i > 0 && isSetting(word));
  if (settings.length > 0) values.set = [...(values.set ?? []), ...settings];
  return positionals.filter((word, i) => i === 0 || !isSetting(word));
}

/** `a.b=c`, but not `search@budget=3600000`, which names a stage's instance. */
function isSetting(word: string): boolean {
  return /^[^@=]+=/.test(word);
}

function checkPositionals(command: CommandName, positionals: string[]): void {
  const expected = commands[command].positionals;
  const usage =
    `Use: shrinknas ${command} ${expected.map((name) => (name.startsWith('[') ? name : `<${name}>`)).join(' ')}`.trimEnd();
  const required = expected.filter((name) => !name.startsWith('['));
  if (positionals.length < required.length)
    throw new Diagnostic(`${command} needs a ${required[positionals.length]}`, { hint: usage });
  if (!expected.some((name) => name.includes('…')) && positionals.length > expected.length) {
    throw new Diagnostic(`${command} does not take "${positionals[expected.length]}"`, { hint: usage });
  }
}
