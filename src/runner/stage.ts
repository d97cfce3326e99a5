/**
 * The contract between the runner and a stage. A stage module (`stages/<type>.ts`) exports one default function of this
 * type; what it takes and gives is declared beside it in `schemas/stages/<type>.json`, so that planning never loads it.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * Runs one stage. What it wrote to its output folders is its result. Work that falls into parts, such as the training
 * of one candidate each, may be left to functions that the module exports as `parts`, see `StageContext.parts`.
 */
export type Stage<Params = JsonObject> = (context: StageContext<Params>) => Promise<void> | void;

export interface StageContext<Params = JsonObject> {
  /** Parameters after substitution, defaults filled in, valid by the stage type's schema. */
  readonly params: Params;
  /** Folder of each connected input artifact by slot; an optional slot that is not connected is absent. Read-only. */
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * What each connected slot that is declared `many` gathers, in the order of labels and variants; such a slot is not
   * among `inputs`. Read-only.
   */
  readonly gathered: Readonly<Record<string, readonly GatheredInput[]>>;
  /** Empty folder of each declared output; all of them must hold a valid artifact when the stage returns. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Folder for resumable progress, kept from an earlier attempt at the very same key, else empty. */
  readonly progress: string;
  /** Root of the stage's random streams; only stage types that declare `seeded` have one. */
  readonly seed?: Seed;
  /** Tensor engine that the plan named; only stage types that declare `engine` have one. */
  readonly engine?: string;
  /** Processor cores that the stage may use. */
  readonly cores: number;
  readonly events: EventSink;
  /**
   * Whether the run is being stopped. A stage that asks from time to time is given a moment to save its progress and end
   * with a `StoppedError`; one that never asked is killed. Cheap enough to be asked for every update.
   */
  isStopping(): boolean;
  /**
   * Has parts of the stage's work done, each by the function `parts[name]` of the stage's module in a job of its own:
   * side by side as far as the resources that the stage holds reach, and it uses none itself while it waits. Results
   * come in the order of `params`, whatever is finished first. A part is a function of its name, its parameters,
   * what it goes on from, and the stage's inputs, seed and engine: one that is asked for twice is executed once, and a result is kept with the
   * stage's progress, so that a stage that goes on after an interruption gets it without work. That is why a folder
   * `parts` in `progress` is the runner's.
   * @param params one JSON object a part
   * @throws StageError with the part's message, when one fails
   */
  parts<Value = Json>(name: string, params: readonly object[], options?: PartOptions): Promise<PartResult<Value>[]>;
}

/** One of the artifacts that a slot gathers. */
export interface GatheredInput extends GatheredName {
  readonly folder: string;
}

/** What tells the artifacts that a slot gathers from each other. It is part of the key. */
export interface GatheredName {
  /** What the pipeline file calls their source. */
  readonly label: string;
  /** Matrix axes that end in the slot, with the value on each as names of instances have it: `{ seed: '2' }`. */
  readonly variant: Readonly<Record<string, string>>;
}

/** What each part may use of the resources that the stage holds. */
export interface PartOptions {
  /** Processor cores; one unless told. */
  cores?: number;
  /**
   * Graphics processors; all that the stage holds unless told, so that the parts of a stage with one run one after the
   * other.
   */
  gpu?: number;
  /** In bytes; nothing is set aside unless told. */
  memory?: number;
  /**
   * For each part, `files` of an earlier result of this stage that it goes on from. Which one, counts to what the part
   * is, as its parameters do.
   */
  after?: readonly string[];
}

export interface PartResult<Value = Json> {
  /** What the part returned, after a round trip through JSON. */
  value: Value;
  /** Folder with the files that the part left; there until the stage has ended. */
  files: string;
}

/** Does one part of a stage's work. What it returns must be JSON; files go to a folder of its own. */
export type Part<Params = JsonObject, Value = Json> = (context: PartContext<Params>) => Promise<Value> | Value;

export interface PartContext<Params = JsonObject> {
  /** What the stage asked for. */
  readonly params: Params;
  /** The stage's: folder of each connected input artifact by slot. Read-only. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The stage's. Read-only. */
  readonly gathered: Readonly<Record<string, readonly GatheredInput[]>>;
  /** What the result that this part goes on from left, where the stage named one (`after`). Read-only. */
  readonly before?: string;
  /** Empty folder for files that belong to the result. */
  readonly files: string;
  /** Folder for the part's own resumable progress, kept from an earlier attempt at the very same part, else empty. */
  readonly progress: string;
  /** The stage's. Parts that draw random numbers must take streams of different names below it. */
  readonly seed?: Seed;
  /** The stage's. */
  readonly engine?: string;
  /** Processor cores that the part may use. */
  readonly cores: number;
  /** What it tells appears under the stage. */
  readonly events: EventSink;
  /** As `StageContext.isStopping`. */
  isStopping(): boolean;
}

/** A run's seed and the name of the stage's own stream below it, for instance `train.2`. */
export interface Seed {
  readonly value: number;
  readonly stream: string;
}

/** The tensor engine that a stage computed with. What it leaves open, it does not know. */
export interface EngineUse {
  name: string;
  version: string;
  /** Instruction set of its kernels: `avx512`, `neon`, `simd128`. */
  isa?: string;
  /** Part of the record alone, never of a key: results do not depend on it. */
  threads?: number;
}

/** What a running stage tells its watchers. Calls are synchronous and cheap; none of them changes a result. */
export interface EventSink {
  /**
   * How far the work is: `done` of `total` units (or of an unknown number), with figures worth
   * showing, for instance `{ loss: 4.1 }`.
   */
  progress(update: ProgressUpdate): void;
  /** One line of `metrics.jsonl` (docs/metrics.md): `update`, `iteration` or `rung` says how far the stage is. */
  metric(values: Record<string, number | string>): void;
  /** One line for the stage's log; `warning` is also shown in the run's summary. */
  log(message: string, level?: 'info' | 'warning'): void;
  /** The engine that computes, for the record of the run. */
  engine(used: EngineUse): void;
}

export interface ProgressUpdate {
  done: number;
  /** Absent where nobody knows beforehand. */
  total?: number;
  /** Plural noun of what is counted: `updates`, `candidates`, `sentences`. */
  unit: string;
  /** Figures beside the bar, already in the unit to show, for instance `{ loss: 4.1, 'tokens/s': 12500 }`. */
  figures?: Record<string, number>;
}

/** A failure that the user can mend: bad input, a missing file. Its message is shown without a stack. */
export class StageError extends Error {
  override readonly name = 'StageError';
}

/** What a stage or part ends with that was asked to (`StageContext.isStopping`), once its progress is saved. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/**
 * Compares two artifacts of one type beyond what their files show, for `diff`. A module
 * `stages/comparisons/<artifact type>.ts` exports one default function of this type; a type without such a module
 * is compared by its files alone.
 */
export type Comparison = (folders: Readonly<Record<'before' | 'after', string>>) => Finding[];

/** What a comparison found out. */
export interface Finding {
  /** What was looked at, in a few words. */
  name: string;
  /** The result, on one line. */
  text: string;
  /** The same in figures, for programs. */
  values: JsonObject;
}

/**
 * Shows something of a stage before it is run, for the command of the view's name. A module
 * `stages/views/<view>/<stage type>.ts` exports one default function of this type; like
 * planning, it loads no tensor engine.
 * @param settings the command's own options
 * @throws StageError for what the user can mend
 */
export type View = (stage: ViewedStage, settings: Readonly<JsonObject>) => Promise<Shown> | Shown;

/** A stage as a pipeline has it. */
export interface ViewedStage {
  readonly type: string;
  /** After substitution, defaults filled in, valid by the stage type's schema. */
  readonly params: JsonObject;
  /** By connected slot; what a slot gathers, by names such as `bleu.lite@seed=2`. */
  readonly inputs: Readonly<Record<string, ViewedInput>>;
}

export interface ViewedInput {
  /** What makes it. */
  readonly stage: ViewedStage;
  /** Folder of the artifact; undefined when it is still to be made. */
  folder(): Promise<string | undefined>;
}

/** What a view came to: tables for people, and the same in figures for programs. */
export interface Shown {
  sections: ShownSection[];
  values: JsonObject;
}

export interface ShownSection {
  title: string;
  /** Lines of a table, cell by cell; a line of one cell is a sentence. */
  rows: string[][];
  /**
   * The sections of this title and head (the first line) are one table of all their stages,
   * which are named in a first column.
   */
  shared?: boolean;
}
