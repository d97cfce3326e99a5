import type { RandomStream } from '../tensor/random.ts';
import { drawSubnet, type SampleSpace } from './sample-space.ts';
import { type Genes, genePositions, SpaceError } from './space.ts';

/** How a supernet's training draws one subnet an update. */
export interface SubnetSampling {
  samples: SampleSpace;
  /**
   * `uniform`: each gene by itself (the paper). `fair`: in as many updates as there are operators, every layer has each
   * of them once (Chu et al. 2021), so that none is trained more often by chance; only where the whole space is sampled.
   */
  operators: 'uniform' | 'fair';
  /** Whether a subnet may be trained; others are drawn again. Absent: all may. */
  accepts?: (genes: Genes) => boolean;
  /** A stream of random numbers by name. */
  stream: (...name: (string | number)[]) => RandomStream;
}

/** Draws after which a window of sizes is taken for empty. */
const mostDraws = 10_000;

/** Draws subnets by the number of the update alone, from 1, so that training can go on anywhere. */
export class SubnetSampler {
  private readonly samples: SampleSpace;

  /** @throws SpaceError where no listed subnet may be trained */
  constructor(private readonly sampling: SubnetSampling) {
    const { samples, accepts } = sampling;
    this.samples = samples;
    if (!accepts || !samples.candidates) return;
    const candidates = samples.candidates.filter(accepts);
    if (candidates.length === 0) {
      throw new SpaceError(`None of the ${samples.candidates.length} subnets of the sample space keeps the bounds.`);
    }
    this.samples = { ...samples, candidates };
  }

  /** @throws SpaceError where the bounds leave nothing to draw */
  subnet(update: number): Genes {
    const { accepts = () => true, stream } = this.sampling;
    const random = stream('subnet', update);
    const fair =
      this.sampling.operators === 'fair' && !this.samples.candidates ? this.fairOperators(update) : undefined;
    for (let draw = 0; draw < mostDraws; draw++) {
      const drawn = drawSubnet(this.samples, random);
      const genes = fair ? drawn.map((gene, i) => fair.get(i) ?? gene) : drawn;
      if (accepts(genes)) return genes;
    }
    throw new SpaceError(`None of ${mostDraws} subnets drawn keeps the bounds: move them apart.`);
  }

  /** The operator genes of an update by their positions: a place in each layer's permutation of this round. */
  private fairOperators(update: number): Map<number, number> {
    const count = this.samples.space.operators.length;
    const [round, place] = [Math.floor((update - 1) / count), (update - 1) % count];
    const operators = genePositions(this.samples.space).flatMap(({ field }, i) => (field === 'operator' ? [i] : []));
    return new Map(operators.map((i) => [i, this.sampling.stream('operators', round, i).permutation(count)[place]]));
  }
}
