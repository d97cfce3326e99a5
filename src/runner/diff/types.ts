import type { Finding, Json } from '../stage.ts';
import type { Difference, RunRecord } from '../records.ts';

/** What differs between two runs; what is equal is nowhere in it. */
export interface RunDiff {
  before: RunName;
  after: RunName;
  /** Differences of the pipeline itself: `seed`, `params.budget`, `overrides`. */
  pipeline: Difference[];
  /** In the order of the later run, then what it no longer has. */
  stages: StageDiff[];
}

export type RunName = Pick<RunRecord, 'id' | 'pipeline' | 'started'>;

export type StageDiff =
  | { id: string; change: 'added' | 'removed'; type: string }
  | {
      id: string;
      change: 'changed';
      /**
       * What differs of the stage itself: `params.lr`, `code src/nas/search/evolution.ts`, `packages.ajv`,
       * `engine.name`, `inputs.corpus`.
       */
      causes: Difference[];
      /** Inputs that differ only because the same upstream stage made something else. */
      inheritedInputs: { slot: string; from: string }[];
      /** How far the stage came, when not equally far: `done`, `failed`, `interrupted`, `not reached`. */
      outcome?: Difference;
      outputs: OutputDiff[];
    };

export type OutputDiff =
  | { output: string; change: 'added' | 'removed'; artifact: string }
  /** The content is gone from the store, so only the digests can tell that it differs. */
  | { output: string; change: 'unavailable'; artifact: string; missing: 'before' | 'after' | 'both' }
  | {
      output: string;
      change: 'changed';
      artifact: string;
      /** What the artifact type's own comparison found, if it has one. */
      findings?: Finding[];
      document: DocumentDifference[];
      files: FileDifference[];
    };

/** One place in a JSON document. `path` is dotted: `genes.encoder.3.operator`, empty for the document itself. */
export type DocumentDifference =
  | {
      path: string;
      kind: 'changed';
      before: Json;
      after: Json;
      /** After minus before, of two numbers. */ change?: number;
    }
  | { path: string; kind: 'added'; after: Json }
  | { path: string; kind: 'removed'; before: Json }
  /** A long array in place of its items. */
  | { path: string; kind: 'items'; differing: number; lengthBefore: number; lengthAfter: number };

/** A payload file, which is compared byte by byte. */
export interface FileDifference {
  path: string;
  kind: 'changed' | 'added' | 'removed';
  bytesBefore?: number;
  bytesAfter?: number;
}
