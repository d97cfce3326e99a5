import type { ChooseParams } from '../../schemas/types.ts';
import { readDocument } from '../artifacts/documents.ts';
import { checkSameText } from '../artifacts/text-form.ts';
import { checkSpace, paperKernels, type Space } from '../nas/space.ts';
import { StageError } from '../runner/stage.ts';
import { termsFromScratch, type TrainingTerms } from '../training/single-network.ts';

/** What candidates are of, and how each is trained. */
export interface ChoosingTerms {
  space: Space;
  training: TrainingTerms;
}

/**
 * Reads the space and the terms of training: a supernet's, if one is connected, and what parameters say instead.
 * @throws StageError where there is no space, or several that differ
 */
export function readTerms(params: ChooseParams, inputs: Readonly<Record<string, string>>): ChoosingTerms {
  const supernet = inputs.checkpoint ? readDocument(inputs.checkpoint, 'checkpoint') : undefined;
  if (supernet && !supernet.space) throw new StageError('The checkpoint holds a single network, and not a supernet.');
  if (supernet) checkSameText(inputs, 'corpus', 'checkpoint');
  const space = sameSpace({
    'the supernet': supernet?.space,
    '"space" of the parameters': params.space,
    'the sample space': inputs.space ? readDocument(inputs.space, 'sample-space').space : undefined,
  });
  checkSpace(space);
  const { norm = 'post', kernels = paperKernels } = params;
  return { space, training: termsFromScratch(inputs.corpus, supernet, { norm, kernels }, params) };
}

function sameSpace(known: Record<string, Space | undefined>): Space {
  const given = Object.entries(known).filter((entry): entry is [string, Space] => entry[1] !== undefined);
  if (given.length === 0) {
    throw new StageError('There are no genes without a space: give "space", or connect a supernet or a sample space.');
  }
  const [[first, space]] = given;
  for (const [name, other] of given) {
    if (JSON.stringify(other) !== JSON.stringify(space)) {
      throw new StageError(`The space of ${name} is not that of ${first}: candidates must be of one.`);
    }
  }
  return space;
}
