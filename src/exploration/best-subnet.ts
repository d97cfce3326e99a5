import { writeDocument } from '../artifacts/documents.ts';
import { countParameters, millions } from '../nas/counts.ts';
import type { Scored } from '../nas/search/candidates.ts';
import { architectureOf, formatGenes } from '../nas/space.ts';
import type { Exploration } from './exploration.ts';

/** Writes the first of a ranking as a `subnet` artifact, with its loss with inherited weights. */
export function writeBestSubnet(folder: string, exploration: Exploration, [{ genes, score }]: readonly Scored[]): void {
  const {
    supernet: {
      space,
      document: { model },
    },
    validation,
  } = exploration;
  const architecture = architectureOf(space, genes);
  const parameters = countParameters(model, architecture);
  const loss = exploration.inheritedLoss(architecture);
  writeDocument(folder, 'subnet', {
    summary:
      `${millions(parameters.layers)} parameters (layers only), validation loss ${loss.toFixed(3)} with inherited `
      + 'weights',
    genes: formatGenes(genes),
    architecture,
    model: { norm: model.norm, kernels: model.kernels },
    parameters,
    score,
    loss,
    validation,
  });
}
