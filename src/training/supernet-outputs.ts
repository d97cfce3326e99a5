import { writeCheckpoint } from '../artifacts/checkpoint.ts';
import { writeDocument } from '../artifacts/documents.ts';
import { finalOf, recentOf } from '../artifacts/metrics.ts';
import { writeSampleSpace } from '../artifacts/sample-space.ts';
import { countParameters } from '../nas/counts.ts';
import { distinct } from '../nas/search/candidates.ts';
import { architectureOf, type Genes, type Space } from '../nas/space.ts';
import type { TrainingResult } from './run.ts';

/**
 * Writes a supernet after a stage of training: its checkpoint, the subnets that were trained, the curves.
 * @param outputs folder by output of the stage
 * @param draws the subnet of each update of the stage
 */
export function writeSupernet(
  outputs: Readonly<Record<string, string>>,
  { checkpoint, series }: TrainingResult,
  space: Space,
  draws: Genes[],
): void {
  const { document, state } = checkpoint;
  const loss = recentOf(series.loss);
  const [smallest, largest] = [series.smallest, series.largest].map(finalOf);
  document.summary = `supernet after ${state.updates} updates, training loss ${loss.toFixed(3)}`;
  writeCheckpoint(outputs.checkpoint, checkpoint);
  const candidates = distinct(draws);
  writeSampleSpace(outputs.sampled, `${candidates.length} distinct subnets in ${draws.length} updates`, {
    space,
    candidates,
  });
  // Losses of spaces compare only beside the sizes that are drawn from them.
  const parameters =
    draws.reduce((sum, genes) => sum + countParameters(document.model, architectureOf(space, genes)).layers, 0)
    / draws.length;
  writeDocument(outputs.metrics, 'metrics', {
    summary:
      `training loss ${loss.toFixed(3)}; validation: smallest ${smallest.toFixed(3)}, largest `
      + `${largest.toFixed(3)}`,
    series,
    values: { loss, smallest, largest, parameters },
  });
}
