import { describe, expect, test } from '@jest/globals';
import { commands, environmentTwin, options, optionsOf } from '../../src/cli/options.ts';
import type { CommandName, OptionName } from '../../src/cli/options.ts';
import { parseCommandLine } from '../../src/cli/parse.ts';
import { Diagnostic } from '../../src/runner/diagnostic.ts';

const parse = (line: string, environment: Record<string, string> = {}) =>
  parseCommandLine(line === '' ? [] : line.split(' '), environment);

function refusal(line: string, environment: Record<string, string> = {}): Diagnostic {
  try {
    parse(line, environment);
  } catch (error) {
    if (error instanceof Diagnostic) return error;
    throw error;
  }
  throw new Error(`"${line}" was not refused`);
}

describe('the words of a command line', () => {
  test('a pipeline file in place of a command means run', () => {
    expect(parse('a.json5')).toEqual({ type: 'command', command: 'run', positionals: ['a.json5'], options: {} });
    expect(parse('dir/a')).toMatchObject({ command: 'run', positionals: ['dir/a'] });
    expect(parse('--jobs 2 a.json5')).toMatchObject({ command: 'run', positionals: ['a.json5'], options: { jobs: 2 } });
  });

  test('stages follow the file, and words with = are settings', () => {
    expect(parse('a.json5 train bleu search.iterations=3 --set seed=1,2')).toMatchObject({
      positionals: ['a.json5', 'train', 'bleu'],
      options: { set: ['seed=1,2', 'search.iterations=3'] },
    });
  });

  test('the name of a matrix instance is a stage although it holds =', () => {
    const id = 'search@budget=3600000,seed=2';
    expect(parse(`why a.json5 ${id}`)).toMatchObject({ positionals: ['a.json5', id], options: {} });
  });

  test('options stand before, between and after the other words, with = or without', () => {
    expect(parse('run --keep-going a.json5 -j2 train --only=x --only y --lock-timeout 0.5')).toMatchObject({
      positionals: ['a.json5', 'train'],
      options: { 'keep-going': true, jobs: 2, only: ['x', 'y'], 'lock-timeout': 0.5 },
    });
  });

  test('words after -- are no options', () => {
    expect(parse('run a.json5 -- --force')).toMatchObject({ positionals: ['a.json5', '--force'], options: {} });
  });

  test('no words at all is a mistake, and help and version can be asked for', () => {
    expect(parse('')).toEqual({ type: 'help', asked: false });
    expect(parse('help')).toEqual({ type: 'help', asked: true });
    expect(parse('help plan')).toEqual({ type: 'help', command: 'plan', asked: true });
    expect(parse('plan --help')).toEqual({ type: 'help', command: 'plan', asked: true });
    expect(parse('--version')).toEqual({ type: 'version' });
  });
});

describe('environment twins', () => {
  const texts = { flag: '1', text: 'x', list: 'a=1;b=2', number: '3' };
  const values = { flag: true, text: 'x', list: ['a=1', 'b=2'], number: 3 };
  const sample = (name: OptionName): string => options[name].choices?.[0] ?? texts[options[name].kind];
  const value = (name: OptionName): unknown => options[name].choices?.[0] ?? values[options[name].kind];

  test.each(
    (Object.keys(commands) as CommandName[]).flatMap((command) =>
      commands[command].options.map((name) => [command, name] as const),
    ),
  )('of %s stand for --%s', (command, name) => {
    const words = [
      command,
      ...commands[command].positionals.filter((positional) => !positional.startsWith('[')).map(() => 'x/y'),
    ];
    const required = Object.fromEntries(
      (commands[command].required ?? []).map((option) => [environmentTwin(option), sample(option)]),
    );
    const parsed = parseCommandLine(words, { ...required, [environmentTwin(name)]: sample(name) });
    expect(parsed).toMatchObject({ type: 'command', command, options: { [name]: value(name) } });
  });

  test('give way to the words; settings come before theirs', () => {
    const environment = { SHRINKNAS_JOBS: 'many', SHRINKNAS_FORCE: 'a', SHRINKNAS_SET: 'y=2' };
    expect(parse('a.json5 --jobs 4 --force b --set x=1 y=3', environment)).toMatchObject({
      options: { jobs: 4, force: ['b'], set: ['y=2', 'x=1', 'y=3'] },
    });
    expect(parse('a.json5 y=3', { SHRINKNAS_SET: 'y=2' })).toMatchObject({ options: { set: ['y=2', 'y=3'] } });
  });

  test('of commands without the option say nothing', () => {
    expect(parse('runs', { SHRINKNAS_JOBS: 'many' })).toMatchObject({ options: {} });
  });

  test('of flags can say no', () => {
    expect(parse('a.json5', { SHRINKNAS_KEEP_GOING: '0', SHRINKNAS_DRY_RUN: '' })).toMatchObject({ options: {} });
    expect(refusal('a.json5', { SHRINKNAS_DRY_RUN: 'maybe' }).message).toBe(
      'SHRINKNAS_DRY_RUN is "maybe", and must be 1 or 0',
    );
  });
});

describe('what is refused, and what to do instead', () => {
  test('a command without an option that it needs', () => {
    expect(refusal('accept a.json5').message).toBe('accept needs --reason TEXT');
  });

  test.each([
    ['rnu a.json5', 'unknown command "rnu"', 'did you mean "run"? (a pipeline file ends in .json5)'],
    [
      'qqqqqq',
      'unknown command "qqqqqq"',
      `commands: ${Object.keys(commands).join(', ')} (a pipeline file ends in .json5)`,
    ],
    ['a.json5 --job 2', 'unknown option --job of run', 'did you mean "--jobs"?'],
    ['a.json5 --exit-code', 'unknown option --exit-code of run', 'it is an option of plan'],
    ['runs -x', 'unknown option -x of runs', 'options: --pipeline, --limit, --store, --json, --help'],
    ['a.json5 --jobs', 'option --jobs needs a value: --jobs N', undefined],
    ['a.json5 --force --json', 'option --force needs a value: --force STAGE', undefined],
    ['a.json5 --json=yes', 'option --json takes no value, and "yes" was given', undefined],
    ['a.json5 --jobs two', '--jobs is "two", and must be a whole number of at least 1', undefined],
    ['a.json5 --jobs 1.5', '--jobs is "1.5", and must be a whole number of at least 1', undefined],
    ['a.json5 --jobs 0', '--jobs is "0", and must be a whole number of at least 1', undefined],
    ['translate m --beam 101', '--beam is "101", and must be a whole number from 1 to 100', undefined],
    ['a.json5 --lock-timeout -1', '--lock-timeout is "-1", and must be a number of at least 0', undefined],
    ['graph a.json5 --format doot', '--format is "doot", and must be one of mermaid, dot, json', 'did you mean "dot"?'],
    ['why a.json5', 'why needs a stage', 'Use: shrinknas why <file> <stage>'],
    ['plan', 'plan needs a file', 'Use: shrinknas plan <file> [stage…]'],
    ['show a b', 'show does not take "b"', 'Use: shrinknas show <run|file|artifact>'],
  ])('%s', (line, message, hint) => {
    const error = refusal(line);
    expect(error.message).toBe(message);
    expect(error.exitCode).toBe(2);
    if (hint !== undefined) expect(error.hint).toBe(hint);
  });

  test('an option that npm kept for itself would else be ignored', () => {
    const npm = {
      npm_lifecycle_event: 'pipeline',
      npm_config_dry_run: 'true',
      npm_config_jobs: 'true',
      npm_config_force: '',
    };
    const error = refusal('a.json5 2', npm);
    expect(error.message).toBe('npm kept --jobs, --dry-run for itself');
    expect(error.hint).toContain('npm run pipeline -- ');
    expect(refusal('a.json5', { npm_lifecycle_event: 'pipeline', npm_config_j2: 'true' }).message).toContain('--jobs');
    expect(refusal('a.json5 2', { npm_lifecycle_event: 'pipeline', npm_config_json: 'true' }).hint).toContain('-j');
    expect(parse('a.json5', { ...npm, npm_lifecycle_event: 'test' })).toMatchObject({ command: 'run' });
  });
});

describe('the table of options', () => {
  test('every option belongs to a command, and every value has a name in help', () => {
    const used = new Set((Object.keys(commands) as CommandName[]).flatMap(optionsOf));
    expect([...used].sort()).toEqual(Object.keys(options).sort());
    for (const { kind, value, help } of Object.values(options)) {
      expect(value === undefined).toBe(kind === 'flag');
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('short names are unique', () => {
    const shorts = Object.values(options).flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(new Set(shorts).size).toBe(shorts.length);
  });
});
