/** The runner's vocabulary: what a pipeline file becomes. What is planned and recorded: `records.ts`. */
import type { GatheredName, Json, JsonObject, Seed } from './stage.ts';

export type { Digest } from '../disk/digest.ts';

/** SHA-256 in hexadecimal of the canonical JSON of a `KeyFields`. */
export type Key = string & { readonly __key: unique symbol };

/** A place in a pipeline file; lines and columns count from 1. */
export interface Location {
  file: string;
  line: number;
  column: number;
  /** Length of the text to underline, on that line. */
  length: number;
}

/** A stage type as `schemas/stages/<name>.json` declares it. */
export interface StageType {
  name: string;
  description: string;
  inputs: Record<
    string,
    {
      artifact: string;
      description: string;
      optional?: boolean;
      /** Gathers several artifacts: the matrix axes of their stages that the stage itself lacks end there. */
      many?: boolean;
    }
  >;
  outputs: Record<
    string,
    { artifact: string; description: string; /** No flaw when no stage reads it. */ byproduct?: boolean }
  >;
  /** JSON Schema (an object schema, closed, with defaults) of the parameters. */
  params: JsonObject;
  /** Whether the result depends on the run's seed. */
  seeded?: boolean;
  /** For what the stage computes with a tensor engine, if it does: the engine's version for that is part of the key. */
  engine?: 'training' | 'decoding';
  resources?: Partial<Resources>;
  /** Folder that it comes from, whose packages its code imports: that of the project, or of this package. */
  home: string;
  /** Absolute path of the module with the stage's code, in that folder. */
  entry: string;
}

export interface Resources {
  cores: number;
  gpu: number;
  /** In bytes. */
  memory: number;
}

/** A pipeline file after extension, overrides, `repeat` and `matrix`: plain stage instances in dependency order. */
export interface Pipeline {
  name: string;
  description?: string;
  /** Absolute path. */
  file: string;
  /** Folder that holds `stages/`, `schemas/` and, unless told otherwise, `runs/`. */
  project: string;
  seed: number;
  params: JsonObject;
  /** `--set` overrides as given, for the record. */
  overrides: string[];
  stages: StageInstance[];
  types: Record<string, StageType>;
}

/** One node of the graph. */
export interface StageInstance {
  /** Unique: `search`, `train.2`, `search@budget=3600000`, `train.2@seed=1`. */
  id: string;
  /** The name in the file: `train`. */
  stage: string;
  /** Name of the group whose `repeat` makes it. */
  group?: string;
  /** Round within `repeat`, from 1. */
  round?: number;
  /** Values of the matrix axes that this instance depends on. */
  variant: Record<string, Json>;
  type: string;
  params: JsonObject;
  /**
   * By slot, and for a slot that gathers by `<slot>.<label>@<variant>`; every instance named here stands earlier in
   * `Pipeline.stages`.
   */
  inputs: Record<string, InputSource>;
  /** Only for seeded types: the run's seed and the stream's name, which leaves the matrix variant out. */
  seed?: Seed;
  resources: Resources;
  /** Seconds that one execution may take; without end where there is none. */
  timeout?: number;
  /** How often it is executed once more after a failure; never where there is none. */
  retries?: number;
  location: Location;
}

/** Where an input comes from. */
export interface InputSource {
  /** Id of the instance. */
  stage: string;
  output: string;
  /** Only of what a slot gathers. */
  gathered?: GatheredName & { slot: string };
}
