import { architectureOf, type Genes, networkKey, sampleGenes, type Space } from '../nas/space.ts';
import type { RandomStream } from '../tensor/random.ts';

/** Draws for each network that is wanted, after which the space counts as exhausted. */
const mostDraws = 50;

/** Distinct networks of all of a space, drawn at random, as many as there are up to `count`. */
export function drawNetworks(space: Space, count: number, random: RandomStream): Genes[] {
  const drawn = new Map<string, Genes>();
  for (let draws = 0; drawn.size < count && draws < mostDraws * count; draws++) {
    const genes = sampleGenes(space, random);
    const network = networkKey(architectureOf(space, genes));
    if (!drawn.has(network)) drawn.set(network, genes);
  }
  return [...drawn.values()];
}
