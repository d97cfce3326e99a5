import type { ArtifactSchema } from '../catalogue/artifacts.ts';
import type { EngineUse, JsonObject, ProgressUpdate, Seed } from '../stage.ts';

/** A stage ready to execute: what its process reads from a file. All paths are absolute. */
export interface Job {
  /** Id of the instance. */
  stage: string;
  type: string;
  /** Module with the stage's code. */
  bundle: string;
  params: JsonObject;
  inputs: Record<string, ArtifactPlace>;
  outputs: Record<string, ArtifactPlace>;
  progress: string;
  seed?: Seed;
  engine?: string;
  cores: number;
  /** Schemas of the artifact types above. */
  schemas: Record<string, ArtifactSchema>;
}

export interface ArtifactPlace {
  /** Artifact type. */
  artifact: string;
  folder: string;
}

/** What a stage's process tells the runner, one JSON object a line. */
export type HostEvent =
  | { type: 'progress'; update: ProgressUpdate }
  | { type: 'metric'; values: Record<string, number | string> }
  | { type: 'log'; level: 'info' | 'warning'; message: string }
  | { type: 'engine'; used: EngineUse }
  | { type: 'done'; peakMemoryBytes: number }
  /** `stack` is for the log; a failure that the user can mend has none. */
  | { type: 'failed'; message: string; stack?: string; peakMemoryBytes: number };

/** How a stage's execution ended. */
export type StageEnd =
  | { status: 'succeeded'; peakMemoryBytes: number }
  | { status: 'failed'; message: string; stack?: string; peakMemoryBytes: number }
  | { status: 'interrupted' };

export interface ExecutionContext {
  project: string;
  /** Private folder of this execution, outside of the outputs. */
  scratch: string;
  /** File that takes what the stage prints; exists. Without it, the stage reads and prints as this process does. */
  log?: string;
  signal: AbortSignal;
  onEvent: (event: HostEvent) => void;
}

/** Executes a stage and checks what it reads and writes; what it wrote to its output folders is the result. */
export type StageExecutor = (job: Job, context: ExecutionContext) => Promise<StageEnd>;
