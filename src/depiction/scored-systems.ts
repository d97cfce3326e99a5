import type { BleuDocument, BleuDocumentFigures, ModelDocument } from '../../schemas/types.ts';
import { readDocument } from '../artifacts/documents.ts';
import { countOperations, liteLengths } from '../nas/costs/operations.ts';
import { distinctArtifacts, type ReportedArtifact, type ReportedStage } from '../report/reporter.ts';

/** A model with its scores and what it costs. */
export interface ScoredSystem {
  /** Different for each. */
  name: string;
  stage: ReportedStage;
  document: BleuDocument;
  /** Its `bleu` artifact. */
  folder: string;
  /** Where the model is still in the store. */
  model?: ModelDocument;
  /** Multiply-adds of the layers, 30 tokens a side. */
  operations?: number;
  /** Milliseconds a translation, on the machine that searched; where a search measured it. */
  latency?: number;
  /** All stages that it came of, itself included; undefined where that is not known of one. */
  seconds?: number;
}

/** The systems of `bleu` artifacts, each artifact once. */
export function scoredSystems(artifacts: readonly ReportedArtifact[]): ScoredSystem[] {
  return distinctArtifacts(artifacts).flatMap(({ stage, folder: open }) => {
    const folder = open();
    if (folder === undefined) return [];
    const modelFolder = stage.inputs.model?.folder();
    const model = modelFolder === undefined ? undefined : readDocument(modelFolder, 'model');
    const latency = latencyOf(stage);
    const seconds = secondsUntil(stage);
    return [
      {
        name: stage.label,
        stage,
        folder,
        document: readDocument(folder, 'bleu'),
        ...(model === undefined
          ? {}
          : { model, operations: countOperations(model.model, model.architecture, liteLengths).layers }),
        ...(latency === undefined ? {} : { latency }),
        ...(seconds === undefined ? {} : { seconds }),
      },
    ];
  });
}

/** A test set of a system with its figures, the first one included. */
export interface ScoredTestSet {
  split: string;
  figures: BleuDocumentFigures;
  /** With `sentences.json`. */
  folder: string;
}

export function testSetsOf({ document, folder }: Pick<ScoredSystem, 'document' | 'folder'>): ScoredTestSet[] {
  return [
    { split: document.split, figures: document, folder },
    ...Object.entries(document.others ?? {}).map(([split, figures]) => ({
      split,
      figures,
      folder: `${folder}/${split}`,
    })),
  ];
}

function secondsUntil(last: ReportedStage): number | undefined {
  const stages = new Set<ReportedStage>();
  const visit = (stage: ReportedStage): void => {
    if (stages.has(stage)) return;
    stages.add(stage);
    Object.values(stage.inputs).forEach((input) => visit(input.stage));
  };
  visit(last);
  const seconds = [...stages].map((stage) => stage.seconds);
  return seconds.includes(undefined) ? undefined : seconds.reduce<number>((sum, of) => sum + of!, 0);
}

/** Of the network that a search or a choice measured before it was trained. */
function latencyOf({ inputs: { model } }: ReportedStage): number | undefined {
  const subnet = model?.stage.inputs.subnet;
  const folder = subnet?.folder();
  if (subnet === undefined || folder === undefined) return undefined;
  const { genes } = readDocument(folder, 'subnet');
  for (const artifact of Object.values(subnet.stage.outputs)) {
    if (artifact.type !== 'ranking' && artifact.type !== 'rungs') continue;
    const made = artifact.folder();
    if (made === undefined) continue;
    const { candidates } = readDocument(made, artifact.type);
    const measured = candidates.find((candidate) => candidate.genes === genes)?.latency;
    if (measured !== undefined) return measured;
  }
  return undefined;
}
