/**
 * The one table of commands and options. Parsing, help, environment twins and the tables of docs/cli.md all come from
 * it, so an option cannot exist without its help.
 */

export interface OptionSpec {
  /** `flag` is on or off; `list` may be given more than once; `number` must be a number from `min` to `max`. */
  kind: 'flag' | 'text' | 'list' | 'number';
  help: string;
  short?: string;
  /** Name of the value in help, for every kind but `flag`. */
  value?: string;
  choices?: readonly string[];
  min?: number;
  max?: number;
  /** Only whole numbers. */
  integer?: boolean;
}

export interface CommandSpec {
  summary: string;
  /** Positionals in order; `…` at the end takes any number, brackets mean that it may be left out. */
  positionals: readonly string[];
  options: readonly OptionName[];
  details?: string;
  /** Options that must be given. */
  required?: readonly OptionName[];
}

const optionTable = {
  set: {
    kind: 'list',
    value: 'PATH=VALUE',
    help:
      'Override a parameter, for instance search.iterations=3; commas make a matrix. The word PATH=VALUE alone '
      + 'means the same.',
  },
  force: { kind: 'list', value: 'STAGE', help: 'Run this stage although its result is in the store.' },
  only: { kind: 'list', value: 'STAGE', help: 'Run this stage alone; what it needs must be in the store.' },
  from: {
    kind: 'list',
    value: 'STAGE',
    help: 'Run this stage and all that depend on it although their results are in the store.',
  },
  jobs: {
    kind: 'number',
    short: 'j',
    value: 'N',
    min: 1,
    integer: true,
    help: 'How many stages may run at the same time (as many as there are cores for unless told).',
  },
  'keep-going': { kind: 'flag', help: 'After a failure go on with the stages that do not depend on it.' },
  'dry-run': { kind: 'flag', help: 'Print the plan and run nothing.' },
  restart: { kind: 'flag', help: 'Ignore the saved progress of interrupted stages.' },
  store: {
    kind: 'text',
    value: 'PATH',
    help: 'Folder of the artifact store, for instance on another disk (runs/store unless told).',
  },
  engine: {
    kind: 'text',
    value: 'NAME',
    choices: ['tensorflow', 'native', 'wasm', 'cpu'],
    help: 'Tensor engine (the fastest that loads unless told).',
  },
  check: {
    kind: 'text',
    value: 'NAME',
    choices: ['tensorflow', 'native', 'wasm', 'cpu'],
    help: 'Say how this engine computes here.',
  },
  'lock-timeout': {
    kind: 'number',
    value: 'SECONDS',
    min: 0,
    help: 'How long a stage waits for another run that executes its key (an hour unless told).',
  },
  'max-minutes': {
    kind: 'number',
    value: 'N',
    min: 0,
    help: 'Run nothing if earlier runs say that it would take longer.',
  },
  'exit-code': { kind: 'flag', help: 'Exit with 3 when there is work to do.' },
  format: {
    kind: 'text',
    value: 'FORMAT',
    choices: ['mermaid', 'dot', 'json'],
    help: 'What to draw (mermaid unless told).',
  },
  pipeline: { kind: 'text', value: 'NAME', help: 'Only the runs of this pipeline.' },
  limit: { kind: 'number', value: 'N', min: 1, integer: true, help: 'At most this many, newest first.' },
  path: { kind: 'flag', help: 'Print the path of the log instead of its text.' },
  dictionaries: {
    kind: 'text',
    value: 'SOURCE,TARGET',
    help: 'Sizes of the dictionaries to count with (those of the corpus, where it is made, unless told).',
  },
  beam: {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 100,
    integer: true,
    help: 'Hypotheses kept at each step, at most 100 (5 unless told).',
  },
  'length-penalty': {
    kind: 'number',
    value: 'ALPHA',
    min: 0,
    help: 'Hypotheses compare by log p / length^ALPHA (1 unless told).',
  },
  'max-length': {
    kind: 'number',
    value: 'N',
    min: 1,
    integer: true,
    help: 'Most tokens of a translation (200 unless told).',
  },
  long: {
    kind: 'text',
    value: 'WHAT',
    choices: ['refuse', 'skip', 'split'],
    help: 'What to do with a line of more than 1,024 tokens (refuse unless told): an empty line for it, or translate it in parts.',
  },
  'n-best': {
    kind: 'number',
    value: 'N',
    min: 1,
    max: 100,
    integer: true,
    help: 'Print the N best translations of each line with their scores, parted by tabs; at most as many as --beam.',
  },
  cores: {
    kind: 'number',
    value: 'N',
    min: 1,
    integer: true,
    help: 'Processor cores to compute with (all unless told).',
  },
  determinism: {
    kind: 'text',
    value: 'STAGE',
    help: 'Execute this stage of the run (the last unless named) once more, apart, and name the files that differ.',
  },
  repair: { kind: 'flag', help: 'Remove what is damaged, and run again what shows it.' },
  'older-than': {
    kind: 'number',
    value: 'DAYS',
    min: 0,
    help: 'Let go of runs that ended, and of progress that was saved, longer ago.',
  },
  'max-size': {
    kind: 'text',
    value: 'SIZE',
    help: 'Let go of the oldest runs and progress until no more is left, for instance 20GB.',
  },
  yes: { kind: 'flag', help: 'Remove it; without, only say what would be removed.' },
  json: { kind: 'flag', help: 'Print JSON, and nothing else, on standard output.' },
  md: { kind: 'flag', help: 'Print Markdown.' },
  inspect: { kind: 'flag', help: 'Wait for a debugger (node --inspect-brk) before the first line.' },
  out: { kind: 'text', value: 'FILE', help: "Where the page goes (report.html below the run's record unless told)." },
  figures: {
    kind: 'text',
    value: 'FOLDER',
    help: 'Write every chart and drawing there too, as an SVG file each.',
  },
  watch: {
    kind: 'flag',
    help: 'Serve the page on this machine instead, and keep it up to date while the run goes on, until Ctrl-C.',
  },
  tensorboard: {
    kind: 'text',
    value: 'FOLDER',
    help: 'Write event files for TensorBoard below it, in a folder of the run.',
  },
  csv: {
    kind: 'text',
    value: 'FOLDER',
    help: 'Write all tables of the report, and figures over time, as CSV below it, in a folder of the run.',
  },
  open: { kind: 'flag', help: 'Show it, in the browser that opens pages.' },
  onnx: { kind: 'text', value: 'FOLDER', help: 'Write a model as ONNX there, in a folder that is to be made.' },
  precision: {
    kind: 'text',
    value: 'NAME',
    choices: ['float32', 'int8'],
    help: 'How exact the weights of an export are (float32 unless told).',
  },
  host: {
    kind: 'text',
    value: 'ADDRESS',
    help: 'Address to be asked at (127.0.0.1 unless told, which only this machine reaches). Any other needs --key.',
  },
  port: {
    kind: 'number',
    value: 'N',
    min: 0,
    max: 65535,
    integer: true,
    help: 'Port to be asked at (5000 unless told); 0 for any that is free.',
  },
  key: {
    kind: 'text',
    value: 'TEXT',
    help: 'What each request must give. In the environment, others on the machine do not see it.',
  },
  rate: {
    kind: 'number',
    value: 'N',
    min: 1,
    integer: true,
    help: 'Requests of each address that are answered in a minute (10,000 unless told).',
  },
  reason: { kind: 'text', value: 'TEXT', help: 'Why the change of code does not matter to the results.' },
  help: { kind: 'flag', short: 'h', help: 'Print this help.' },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof optionTable;
export const options: Readonly<Record<OptionName, OptionSpec>> = optionTable;

interface ValueOfKind {
  flag: boolean;
  text: string;
  list: string[];
  number: number;
}

/** Values by option; one that was not given is absent. */
export type OptionValues = { -readonly [Name in OptionName]?: ValueOfKind[(typeof optionTable)[Name]['kind']] };

const selection = ['set', 'force', 'only', 'from'] as const;

const commandTable = {
  run: {
    summary: 'Run what is stale, in dependency order.',
    positionals: ['file', '[stage…]'],
    options: [
      ...selection,
      'jobs',
      'keep-going',
      'dry-run',
      'restart',
      'max-minutes',
      'store',
      'engine',
      'lock-timeout',
      'json',
    ],
    details:
      'Named stages run with all that they need; without names the whole pipeline does. The word `run` may be '
      + 'left out.',
  },
  plan: {
    summary: 'Say what `run` would do, and why; run nothing.',
    positionals: ['file', '[stage…]'],
    options: [...selection, 'store', 'engine', 'exit-code', 'json'],
  },
  why: {
    summary: 'Explain a verdict: every field that differs from the last run, and from the nearest result in the store.',
    positionals: ['file', 'stage'],
    options: ['set', 'store', 'engine', 'json'],
  },
  diff: {
    summary: 'Say what differs between two runs: causes first, then effects.',
    positionals: ['run|file', 'run|file'],
    options: ['store', 'json', 'md'],
    details:
      'A pipeline file stands for its last run; `latest` and `latest~1` count back over all runs; `latest/bleu` '
      + 'and `pipelines/a.json5/bleu` are '
      + 'stages, which compare with each other whatever they are called. Exits with 1 when they differ.',
  },
  accept: {
    summary: 'Record that a change of code does not matter to the results of stages, so that they need not run again.',
    positionals: ['file', '[stage…]'],
    options: ['reason', 'set', 'store', 'engine', 'json'],
    required: ['reason'],
    details:
      'Without names: of all stages of which nothing but the code differs. Only code and versions of packages '
      + 'may differ. A later change is seen.',
  },
  runs: {
    summary: 'List the runs, newest first.',
    positionals: [],
    options: ['pipeline', 'limit', 'store', 'json'],
  },
  show: {
    summary: 'Show a run, or an artifact with its provenance.',
    positionals: ['run|file|artifact'],
    options: ['store', 'json'],
    details: 'A run or an artifact is named by the beginning of its identifier or digest.',
  },
  report: {
    summary:
      'Write a page about a run, or about several side by side: results, how they came about, how to repeat them.',
    positionals: ['run|file…'],
    options: ['out', 'figures', 'watch', 'open', 'store'],
    details:
      'From what was recorded and from artifacts alone: nothing is run. The page holds all that it needs, and asks nobody for '
      + 'anything. Exits with 1 when something could not be shown.',
  },
  verify: {
    summary: 'Read all bytes of artifacts, and say which are not as they were made.',
    positionals: ['[run|file…]'],
    options: ['repair', 'determinism', 'store', 'engine', 'jobs', 'json'],
    details:
      'Of the runs that are named; without names of all that the store holds, and of what the newest run of each '
      + 'pipeline shows. Planning trusts file times, so damage that leaves them alone is found here, or when the bytes '
      + 'are used. Exits with 1 when something is damaged and not repaired.',
  },
  gc: {
    summary: 'Say what no kept run needs, how much room it takes, and what keeps the rest; with --yes remove it.',
    positionals: [],
    options: ['older-than', 'max-size', 'yes', 'store', 'json'],
    details:
      'Every recorded run is kept unless a limit lets go of it; never the run that shows the results of a pipeline, and '
      + 'what was run since. A kept run keeps its artifacts, all that they were made of, its logs, and its unfinished '
      + 'progress.',
  },
  export: {
    summary:
      'Write a run with all that it needs to an archive, a tar, or what it tells for other tools; or a model as ONNX.',
    positionals: ['run|file|model', '[archive]'],
    options: ['tensorboard', 'csv', 'onnx', 'precision', 'store', 'json'],
    details:
      'In the archive are the record and logs of the run, its artifacts, what they were made of, and how: what import takes. Several '
      + 'forms of a run may be asked for at once. A model, with --onnx, is named as for translate.',
  },
  import: {
    summary: 'Take a run from an archive that export wrote.',
    positionals: ['archive'],
    options: ['store', 'json'],
    details:
      'Nothing of it counts before all of it was checked: names, links, sizes, digests, and each document by its schema. '
      + 'What stages compute is not checked: --determinism of verify is for that.',
  },
  logs: {
    summary: 'Print the log of a stage; after a restore, the log of the run that made the result.',
    positionals: ['stage', '[run|file]'],
    options: ['path', 'store'],
  },
  debug: {
    summary: 'Start a failed stage again in the foreground, with a stack that names source files, and publish nothing.',
    positionals: ['stage', '[run|file]'],
    options: ['inspect', 'store'],
    details:
      'With the inputs, parameters, seed and engine that it had, and its code as it is now; without a run, '
      + 'that of its last failure.',
  },
  graph: {
    summary: 'Draw the stages with their state.',
    positionals: ['file'],
    options: ['set', 'format', 'store', 'engine'],
  },
  lint: {
    summary: 'Find what a pipeline file declares and nothing uses.',
    positionals: ['file'],
    options: ['json'],
    details: 'Exits with 1 when there is a finding. Byproducts, such as `metrics` and `ranking`, need no reader.',
  },
  space: {
    summary: 'Show the search space of a pipeline, and its fixed networks: genes, sizes, and numbers of parameters.',
    positionals: ['file'],
    options: ['set', 'dictionaries', 'store', 'json'],
  },
  translate: {
    summary: 'Translate text, one sentence a line, from files, standard input or the command line.',
    positionals: ['model', '[text…]'],
    options: ['beam', 'length-penalty', 'max-length', 'long', 'n-best', 'store', 'engine', 'cores', 'json'],
    details:
      'The model is a folder, a pipeline file or a run for the model it made, or one of several by its stage: '
      + '`latest/finetune`. '
      + 'A text that is a file is read, `-` is standard input, as is no text at all; any other is a line to translate.',
  },
  serve: {
    summary: 'Translate over HTTP, as LibreTranslate is asked, until Ctrl-C.',
    positionals: ['model…'],
    options: ['host', 'port', 'key', 'rate', 'beam', 'length-penalty', 'max-length', 'store', 'engine', 'cores'],
    details: 'Prints its address. Models are named as for translate, one for each pair of languages.',
  },
  engines: {
    summary: 'List the tensor engines: which load, why the others do not, and a one-second measurement of each.',
    positionals: [],
    options: ['check', 'json'],
    details:
      'With --check NAME one of them: a product and a gradient beside double precision, and what somebody who helps has to know '
      + 'of the machine. Exits with 1 where it does not load or computes wrongly.',
  },
  completion: {
    summary: 'Print a script that has a shell complete commands, options and pipeline files.',
    positionals: ['shell'],
    options: [],
    details: 'For bash, zsh or fish, of the program `shrinknas`: source <(shrinknas completion bash).',
  },
  schema: {
    summary: 'Print a JSON Schema: of pipeline files, of a stage type, or of an artifact.',
    positionals: ['[name]'],
    options: [],
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commandTable;
export const commands: Readonly<Record<CommandName, CommandSpec>> = commandTable;

/** The environment variable that stands for an option: `lock-timeout` → `SHRINKNAS_LOCK_TIMEOUT`. */
export function environmentTwin(name: OptionName): string {
  return `SHRINKNAS_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** The options of a command, `help` included. */
export function optionsOf(command: CommandName): OptionName[] {
  return [...commands[command].options, 'help'];
}
