import { describe, expect, test } from '@jest/globals';
import { drawSubnet } from '../../src/nas/sample-space.ts';
import { formatGenes, type Genes, genePositions, paperSpace, sampleGenes, SpaceError } from '../../src/nas/space.ts';
import { SubnetSampler, type SubnetSampling } from '../../src/nas/subnet-sampling.ts';
import { RandomStream } from '../../src/tensor/random.ts';

const stream = (...name: (string | number)[]) => new RandomStream(3, 'train', ...name);
const sampler = (changes: Partial<SubnetSampling>) =>
  new SubnetSampler({ samples: { space: paperSpace }, operators: 'uniform', stream, ...changes });
const positions = genePositions(paperSpace);
const operatorsAt = positions.flatMap(({ field }, i) => (field === 'operator' ? [i] : []));

describe('uniform sampling', () => {
  test("without bounds is the draw of the update's own stream", () => {
    for (let update = 1; update <= 20; update++) {
      expect(sampler({}).subnet(update)).toEqual(drawSubnet({ space: paperSpace }, stream('subnet', update)));
    }
  });

  test('within bounds has what is accepted of the draws of that stream, the first of them', () => {
    const accepts = (genes: Genes) => genes[0] === 2;
    for (let update = 1; update <= 20; update++) {
      const random = stream('subnet', update);
      let expected = sampleGenes(paperSpace, random);
      while (!accepts(expected)) expected = sampleGenes(paperSpace, random);
      expect(sampler({ accepts }).subnet(update)).toEqual(expected);
    }
  });

  test('of a list draws those alone that are accepted, and refuses a list of which none is', () => {
    const candidates = Array.from({ length: 30 }, (_, i) => sampleGenes(paperSpace, new RandomStream(i)));
    const accepts = (genes: Genes) => genes[0] === 1;
    const drawn = Array.from({ length: 200 }, (_, i) =>
      sampler({ samples: { space: paperSpace, candidates }, accepts }).subnet(i + 1),
    );
    expect(new Set(drawn.map(formatGenes))).toEqual(new Set(candidates.filter(accepts).map(formatGenes)));
    expect(() => sampler({ samples: { space: paperSpace, candidates }, accepts: () => false })).toThrow(SpaceError);
  });

  test('gives up where bounds leave nothing', () => {
    expect(() => sampler({ accepts: () => false }).subnet(1)).toThrow('None of 10000 subnets drawn keeps the bounds');
  });
});

describe('fair sampling', () => {
  const fair = sampler({ operators: 'fair' });

  test('has each operator once in each layer, in every round of as many updates as there are operators', () => {
    for (let round = 0; round < 12; round++) {
      const drawn = [1, 2, 3, 4, 5].map((place) => fair.subnet(5 * round + place));
      for (const at of operatorsAt) expect(drawn.map((genes) => genes[at]).sort()).toEqual([0, 1, 2, 3, 4]);
    }
  });

  test('orders them anew in each round and in each layer', () => {
    const orders = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const drawn = [1, 2, 3, 4, 5].map((place) => fair.subnet(5 * round + place));
      for (const at of operatorsAt) orders.add(drawn.map((genes) => genes[at]).join());
    }
    // 144 of 120 orders: more than half of all are met.
    expect(orders.size).toBeGreaterThan(60);
  });

  test('leaves all other genes as uniform sampling draws them', () => {
    const [one, other] = [fair.subnet(7), sampler({}).subnet(7)].map((genes) =>
      genes.filter((_, i) => !operatorsAt.includes(i)),
    );
    expect(one).toEqual(other);
  });
});
