import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ReportPart } from '../../report/part.ts';
import type { ReportedArtifact, Reporter } from '../../report/reporter.ts';
import { homesOfArtifact } from '../catalogue/artifacts.ts';
import { importNamed } from '../catalogue/modules.ts';
import type { RunRecord } from '../records.ts';
import type { Store } from '../store/store.ts';
import type { Digest } from '../types.ts';
import { provenanceParts } from './provenance.ts';
import { ReportedRuns } from './runs.ts';
import { partsSoFar } from './so-far.ts';

/** What a report says, before it is a page. */
export interface RunReport {
  title: string;
  runs: readonly RunRecord[];
  parts: readonly ReportPart[];
  /** What could not be shown, and why: a line each. */
  warnings: readonly string[];
}

/**
 * Gathers what there is to tell of runs, from their records and artifacts alone: what the modules
 * `stages/reports/<stage type or artifact type>.ts` make of those of their name, in the order of the stages, and how the runs went. What
 * is missing, damaged or not understood by its module costs its parts alone.
 * @param checked which artifacts were found to be whole, for who makes a report again and again
 * @throws Diagnostic when the code of a module does not compile, or exports no function
 */
export async function makeReport(
  records: readonly RunRecord[],
  store: Store,
  checked?: Set<Digest>,
): Promise<RunReport> {
  const reported = new ReportedRuns(records, store, checked);
  const { runs } = reported;
  const stages = runs.flatMap((run) => run.stages);
  const artifacts = stages.flatMap(({ outputs }) => Object.values(outputs));
  const names = [
    ...new Set(stages.flatMap((stage) => [stage.type, ...Object.values(stage.outputs).map(({ type }) => type)])),
  ];
  const homes = (name: string) => homesFor(name, store.layout.project);
  const reporters = await importNamed<Reporter>('reports', names, homes, store);
  const parts: ReportPart[] = [];
  const warnings: string[] = [];
  for (const name of names) {
    const reporter = reporters[name];
    if (reporter === undefined) continue;
    try {
      parts.push(
        ...(await reporter({
          runs,
          stages: stages.filter(({ type }) => type === name),
          artifacts: artifacts.filter((artifact) => artifact.type === name && isReadable(artifact)),
        })),
      );
    } catch (error) {
      warnings.push(`${name} cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  warnings.push(
    ...reported.unreadable.map(
      ({ stage, output, digest }) =>
        `${output} of ${stage} is missing or damaged (${digest.slice(0, 16)}): npm run pipeline verify`,
    ),
  );
  return {
    title: [...new Set(records.map(({ pipeline }) => pipeline))].join(', '),
    runs: records,
    parts: [
      ...records.flatMap((run) => partsSoFar(run, store, records.length > 1)),
      ...parts,
      ...provenanceParts(records),
    ],
    warnings,
  };
}

function isReadable(artifact: ReportedArtifact): boolean {
  return artifact.folder() !== undefined;
}

/** Of a stage type that is the project's own, modules are the project's. */
function homesFor(name: string, project: string): readonly string[] {
  const ownStageType = existsSync(path.join(project, 'schemas', 'stages', `${name}.json`));
  return ownStageType ? [project] : homesOfArtifact(project, name);
}
