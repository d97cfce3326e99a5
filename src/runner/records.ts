/** What is planned for a stage, and what is recorded of it and of a run. What a key is made of: `key/key.ts`. */
import type { Usage } from './execute/usage.ts';
import type { KeyFields } from './key/key.ts';
import type { EngineUse, Json, JsonObject } from './stage.ts';
import type { Digest, Key, StageInstance } from './types.ts';

export interface OutputRecord {
  artifact: string;
  digest: Digest;
  bytes: number;
}

/** One row of the key table, `store/keys/<key>.json`: what a key produced, and where it came from. */
export interface KeyRecord {
  key: Key;
  fields: KeyFields;
  outputs: Record<string, OutputRecord>;
  provenance: Provenance;
  /**
   * What the stage made under this key before, where executing it again came out differently: those
   * artifacts keep their provenance.
   */
  earlier?: Pick<KeyRecord, 'outputs' | 'provenance'>[];
  /**
   * The result was made with other code, and someone said that this does not matter; each time once, the last time
   * last.
   */
  accepted?: AcceptedCode[];
}

/** A change of code that was said not to matter to a stage's result. */
export interface AcceptedCode {
  /** Key of the result before that. */
  from: Key;
  reason: string;
  /** ISO 8601. */
  when: string;
  /** Digest of each source file of the code that the result was accepted for. */
  codeFiles: Record<string, Digest>;
}

export interface Provenance {
  run: string;
  stage: string;
  pipeline: string;
  /** Digest of each source file of the code, comments gone, by path relative to the project. */
  codeFiles: Record<string, Digest>;
  git: GitState | null;
  versions: { shrinknas: string; node: string };
  host: Host;
  /** Only of a stage that computed with tensors. */
  engine?: EngineUse;
  /** ISO 8601. */
  started: string;
  finished: string;
  seconds: number;
  peakMemoryBytes: number;
  /** Since they are counted. */
  cpuSeconds?: number;
  /** Where the system says so. */
  readBytes?: number;
  writtenBytes?: number;
}

/** One execution of a stage in a run, whatever came of it. */
export interface Attempt extends Usage {
  outcome: 'ran' | 'failed' | 'interrupted';
  /** ISO 8601. */
  started: string;
  /** By the clock. */
  seconds: number;
  /** First line of what went wrong. */
  error?: string;
}

export interface GitState {
  commit: string;
  dirty: boolean;
}

export interface Host {
  name: string;
  platform: string;
  cpu: string;
  cores: number;
}

/** What the plan says of a stage, and why. */
export type Verdict =
  /** The last run of this pipeline already had this very key. */
  | { kind: 'fresh'; key: Key; record: KeyRecord }
  /** The key's outputs are in the store: nothing runs. */
  | { kind: 'restore'; key: Key; record: KeyRecord; reasons: Difference[] }
  | { kind: 'run'; key: Key; fields: KeyFields; reasons: Difference[] }
  /** An input is still to be made: the stage runs unless that comes out as it was. */
  | { kind: 'pending'; after: string[]; reasons: Difference[] };

/**
 * One field that differs from the compared record: old, new. `field` is a path such as `params.iterations` or
 * `code src/nas/search/evolution.ts`.
 */
export interface Difference {
  field: string;
  before: Json | undefined;
  after: Json | undefined;
}

export interface PlannedStage {
  instance: StageInstance;
  verdict: Verdict;
  /** Seconds that the stage took when it was last executed, or else one that is like it. */
  estimate?: number;
  /** Which one, where the time is that of another stage, or of one with other parameters. */
  like?: Pick<KeyRecord, 'key'> & Pick<Provenance, 'run' | 'stage'>;
}

/** `records/<run>/run.json`. */
export interface RunRecord {
  id: string;
  pipeline: string;
  /** Relative to the project. */
  file: string;
  seed: number;
  params: JsonObject;
  overrides: string[];
  started: string;
  finished: string;
  /** In the file `interrupted` until the run is over; whoever reads it while its runner lives gets `running`. */
  status: 'succeeded' | 'failed' | 'interrupted' | 'running';
  /** Only some of the pipeline's stages were asked for: the others are not in `stages`. */
  partial?: true;
  git: GitState | null;
  versions: { shrinknas: string; node: string };
  host: Host;
  stages: RunStage[];
}

export interface RunStage {
  id: string;
  stage: string;
  type: string;
  /**
   * `busy`: another run was still executing its key when the time to wait was over. Of a stage at work the file says
   * `interrupted`, and whoever reads it while its runner lives gets `running`.
   */
  outcome: 'ran' | 'restored' | 'fresh' | 'failed' | 'interrupted' | 'not reached' | 'busy' | 'running';
  key?: Key;
  fields?: KeyFields;
  outputs: Record<string, OutputRecord>;
  codeFiles: Record<string, Digest>;
  /**
   * What computed the outputs, in this run or in the one that they come from; only of a
   * stage that computes with tensors.
   */
  engine?: EngineUse;
  seconds: number;
  /** Of a stage that was executed, in order; there are several where it was retried, and none where its runner was killed. */
  attempts?: Attempt[];
  /** Why outputs that were made with other code count; only of a stage that was served such. */
  accepted?: AcceptedCode[];
  /** First line of what went wrong, for a failed stage; for a busy one, who has its key. */
  error?: string;
}
