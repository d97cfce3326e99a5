/**
 * What the runner has executed, and how it is told of it. A job is a stage, or a part of a stage's work. Scheduling
 * knows no more of where and how a job is executed than is said here: `local/` does it in processes of this machine.
 */
import type { ArtifactSchema } from '../catalogue/artifacts.ts';
import type { EngineUse, Json, JsonObject, PartOptions, PartResult, ProgressUpdate, Seed } from '../stage.ts';
import type { Digest, InputSource, Resources } from '../types.ts';
import type { MemoryGuard } from './memory-guard.ts';
import type { Usage } from './usage.ts';

/** Work that is ready to be executed. It is plain JSON, and all paths in it are absolute. */
export interface Job {
  /** Id of the instance. */
  stage: string;
  type: string;
  /** Module with the stage's code. */
  bundle: string;
  /** What that module is, byte for byte; absent where nothing is published, as of a program or for a debugger. */
  code?: Digest;
  params: JsonObject;
  inputs: Record<string, InputPlace>;
  /** None of a part. */
  outputs: Record<string, ArtifactPlace>;
  progress: string;
  seed?: Seed;
  engine?: string;
  /** What it may use; whole cores, and which graphics processors, where it asked for some. */
  resources: Resources & { gpus?: string[] };
  /** Schemas of the artifact types above. */
  schemas: Record<string, ArtifactSchema>;
  /** Only of a job that is a part of the stage's work: which one, where it may leave files, and what it goes on from. */
  part?: { name: string; files: string; before?: string };
}

export interface ArtifactPlace {
  /** Artifact type. */
  artifact: string;
  folder: string;
}

/** Where an input is; of one that a slot gathers, also as what. */
export type InputPlace = ArtifactPlace & Pick<InputSource, 'gathered'>;

/** What a job tells while it is executed. */
export type JobEvent =
  | { type: 'progress'; update: ProgressUpdate }
  | { type: 'metric'; values: Record<string, number | string> }
  | { type: 'log'; level: 'info' | 'warning'; message: string }
  | { type: 'engine'; used: EngineUse };

/** How a job ended, and what it took, as far as that is known. */
export type JobEnd = Partial<Usage>
  & (
    | /** `result` is what a part came to. */ { status: 'succeeded'; result?: Json }
    | /** `stack` is for the log; a failure that the user can mend has none. */ {
        status: 'failed';
        message: string;
        stack?: string;
      }
    | { status: 'interrupted' }
  );

/** Parts that a stage asks for. */
export interface PartRequest {
  name: string;
  params: JsonObject[];
  options: PartOptions;
}

/** Executes parts. What it throws has a message for the user. */
export type PartHandler = (request: PartRequest) => Promise<PartResult[]>;

export interface JobContext {
  project: string;
  /** Private folder of this execution, outside of the outputs. */
  scratch: string;
  /** File that takes what the job prints; exists. Without it, the job reads and prints as this process does. */
  log?: string;
  /** Stops the job: it is given a moment to save its progress. */
  signal: AbortSignal;
  onEvent: (event: JobEvent) => void;
  /** Called when the stage asks for parts of its work. */
  onParts: PartHandler;
  /** Told what the job holds, together with others of the stage; ends it when that is too much. */
  memory: MemoryGuard;
}

/**
 * Executes a job to its end with all that it starts, checks what it reads and writes, and says how it ended. What a
 * stage wrote to its output folders is its result.
 */
export type JobExecutor = (job: Job, context: JobContext) => Promise<JobEnd>;
