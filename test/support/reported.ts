import type { ArtifactDocuments } from '../../schemas/types.ts';
import { writeDocument } from '../../src/artifacts/documents.ts';
import type { ReportedArtifact, ReportedRun, ReportedStage, Subject } from '../../src/report/reporter.ts';
import { folderWith } from '../text/folder.ts';

export interface MadeStage {
  id: string;
  type: string;
  params?: Record<string, unknown>;
  seconds?: number;
  processorSeconds?: number;
  /** By slot, `stage.output`. */
  inputs?: Record<string, string>;
  /** By output: the document, by the type of its artifact, and files beside it. */
  outputs: Record<string, { files?: Record<string, string> } & Partial<ArtifactDocuments>>;
}

/** Runs with these stages, each with artifacts in folders of its own, as a reporter of that name is given them. */
export function subjectOf(name: string, ...runs: readonly (readonly MadeStage[])[]): Subject {
  const reported = runs.map((stages, i) => runOf(stages, `run ${i + 1}`, runs.length > 1));
  const stages = reported.flatMap((run) => run.stages);
  return {
    runs: reported,
    stages: stages.filter(({ type }) => type === name),
    artifacts: stages.flatMap(({ outputs }) => Object.values(outputs)).filter(({ type }) => type === name),
  };
}

function runOf(made: readonly MadeStage[], label: string, several: boolean): ReportedRun {
  const stages: ReportedStage[] = [];
  const run: ReportedRun = { id: label, label, pipeline: 'made', seed: 1, stages };
  for (const { id, type, params = {}, seconds = 1, processorSeconds, inputs = {}, outputs } of made) {
    const [stageName, axes = ''] = id.split('@');
    const shown: Record<string, ReportedArtifact> = {};
    const stage: ReportedStage = {
      run,
      id,
      stage: stageName.replace(/\.\d+$/, ''),
      label: several ? `${label} · ${id}` : id,
      type,
      variant: Object.fromEntries(
        axes
          .split(',')
          .filter((axis) => axis !== '')
          .map((axis) => axis.split('=') as [string, string]),
      ),
      params,
      seconds,
      ...(processorSeconds === undefined ? {} : { processorSeconds }),
      command: `npm run pipeline made.json5 ${id}`,
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([slot, source]) => {
          const [from, output] = [source.slice(0, source.lastIndexOf('.')), source.slice(source.lastIndexOf('.') + 1)];
          return [slot, stages.find((before) => before.id === from)!.outputs[output]];
        }),
      ),
      outputs: shown,
    };
    for (const [output, { files = {}, ...documents }] of Object.entries(outputs)) {
      const folder = folderWith(files);
      const [[artifact, document]] = Object.entries(documents) as [keyof ArtifactDocuments, never][];
      writeDocument(folder, artifact, document);
      shown[output] = { type: artifact, digest: `${label} ${id} ${output}`, stage, folder: () => folder };
    }
    stages.push(stage);
  }
  return run;
}
