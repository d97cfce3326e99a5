import { special } from '../model/architecture.ts';
import { type Batch, collate } from '../model/batch.ts';
import type { Place, Substitution, OperatorChoice } from '../nas/divergence/substitution.ts';
import type { Space } from '../nas/space.ts';
import { StageError } from '../runner/stage.ts';

/**
 * Figure 1's substitutions, as far as the space has their choices: the fewest heads of attention for the most, and
 * dynamic convolution for attention.
 */
export function paperSubstitutions({ operators, heads }: Space): Substitution[] {
  const [fewest, most] = [Math.min(...heads), Math.max(...heads)];
  const before: OperatorChoice = { operator: 'attention', heads: most };
  if (!operators.includes('attention')) return [];
  return [
    ...(fewest < most ? [{ before, after: { operator: 'attention' as const, heads: fewest } }] : []),
    ...(operators.includes('dynamic') ? [{ before, after: { operator: 'dynamic' as const, heads: most } }] : []),
  ];
}

/** Refuses a variant that the supernet has no weights for, or that its subnets never have. */
export function checkChoice({ operators, heads }: Space, variant: OperatorChoice): void {
  if (!operators.includes(variant.operator)) {
    throw new StageError(
      `substitutions: the supernet has no operator "${variant.operator}". It has ${operators.join(', ')}.`,
    );
  }
  if (!heads.includes(variant.heads)) {
    throw new StageError(
      `substitutions: the supernet has no choice of ${variant.heads} heads. It has ${heads.join(', ')}.`,
    );
  }
}

export function checkPlace({ encoderLayers, decoderLayers }: Space, { part, layer }: Place): void {
  const layers = part === 'encoder' ? encoderLayers : Math.max(...decoderLayers);
  if (layer >= layers)
    throw new StageError(`heatMap: the ${part} has no layer ${layer}. Its layers are 0 to ${layers - 1}.`);
}

/** The sentence pair in the middle of batches that are in order of length, as a batch of its own. */
export function middlePair(batches: readonly Batch[]): Batch {
  const pairs = batches.flatMap((batch) => Array.from({ length: batch.size }, (_, row) => ({ batch, row })));
  const { batch, row } = pairs[Math.floor(pairs.length / 2)];
  const sentence = (ids: Int32Array, length: number) =>
    ids.subarray(row * length, (row + 1) * length).filter((id) => id !== special.padding);
  return collate([sentence(batch.source, batch.sourceLength)], [sentence(batch.target, batch.targetLength)]);
}
