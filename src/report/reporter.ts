/**
 * The contract between the runner and what turns results into parts of a report. A module
 * `stages/reports/<stage type or artifact type>.ts` exports one default function of the type `Reporter`; like planning, it loads no
 * tensor engine.
 */
import type { ReportPart } from './part.ts';

/** Makes parts of all that there is of one name, of one run or of several. */
export type Reporter = (subject: Subject) => readonly ReportPart[] | Promise<readonly ReportPart[]>;

export interface Subject {
  /** In the order in which they were named. */
  runs: readonly ReportedRun[];
  /** Stages of the type of the module's name, run by run in the order of the pipeline. */
  stages: readonly ReportedStage[];
  /** Artifacts of that type that are in the store as they were made, in the order of the stages that show them. */
  artifacts: readonly ReportedArtifact[];
}

export interface ReportedRun {
  id: string;
  /** Short, and different for each run of the report. */
  label: string;
  pipeline: string;
  seed: number;
  stages: readonly ReportedStage[];
}

export interface ReportedStage {
  run: ReportedRun;
  /** `train.2@arm=top,seed=1` */
  id: string;
  /** `train` */
  stage: string;
  /** The id, with the run's label before it where not all runs have this very result. */
  label: string;
  type: string;
  /** Values of the matrix axes that it depends on: `{ arm: 'top', seed: '1' }`. */
  variant: Readonly<Record<string, string>>;
  /** What its result was made with; empty where it was not reached. */
  params: Readonly<Record<string, unknown>>;
  /** What it took when it was executed, in this run or in the one that its result is from; undefined where that is not known. */
  seconds?: number;
  /** Of all its processes, over all executions that led to its result; undefined where that is not known. */
  processorSeconds?: number;
  /** What makes its result again. */
  command: string;
  /** By slot; of what a slot gathers, by names such as `bleu.lite@seed=2`. Only what a stage of the report's runs made. */
  inputs: Readonly<Record<string, ReportedArtifact>>;
  /** By output. */
  outputs: Readonly<Record<string, ReportedArtifact>>;
}

export interface ReportedArtifact {
  type: string;
  digest: string;
  /** Which shows it. */
  stage: ReportedStage;
  /** Its folder, all bytes checked when it is first asked for; undefined where it is missing or damaged. Read-only. */
  folder(): string | undefined;
}

/** Artifacts each once, though several stages or runs show it: the first of them. */
export function distinctArtifacts(artifacts: readonly ReportedArtifact[]): ReportedArtifact[] {
  const seen = new Set<string>();
  return artifacts.filter(({ digest }) => !seen.has(digest) && seen.add(digest));
}
