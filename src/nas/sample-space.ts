import type { RandomStream } from '../tensor/random.ts';
import { type GenePosition, type Genes, genePositions, sampleGenes, type Space } from './space.ts';

/** Where training draws its subnets from: the whole space at first, after a shrink a list of subnets. */
export interface SampleSpace {
  space: Space;
  /** Absent: all of the space. */
  candidates?: readonly Genes[];
}

/** One subnet, every one as likely as any other. */
export function drawSubnet({ space, candidates }: SampleSpace, random: RandomStream): Genes {
  return candidates ? random.pick(candidates) : sampleGenes(space, random);
}

const sizeFields: readonly GenePosition['field'][] = ['width', 'layers', 'ratio', 'inner'];

/**
 * A sample space of as many subnets, each in the widths, depth and inner widths of one of these and random in all else.
 */
export function inSameSizes(space: Space, candidates: readonly Genes[], random: RandomStream): SampleSpace {
  const positions = genePositions(space);
  return {
    space,
    candidates: candidates.map((sizes) => {
      const others = sampleGenes(space, random);
      return positions.map(({ field }, i) => (sizeFields.includes(field) ? sizes : others)[i]);
    }),
  };
}
