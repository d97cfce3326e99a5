import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChooseParams } from '../../schemas/types.ts';
import { fillPool, type PoolRequest } from '../../src/choosing/pool.ts';
import { windowsOf } from '../../src/choosing/windows.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { rank } from '../../src/nas/search/candidates.ts';
import { architectureOf, formatGenes, type Genes, genePositions, sampleGenes } from '../../src/nas/space.ts';
import { StageError } from '../../src/runner/stage.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { tinyConfig } from '../support/network.ts';
import { smallSpace } from '../support/supernet.ts';

const space = { ...smallSpace, widths: [8, 16, 24] };
const layersOf = (genes: Genes) => countParameters(tinyConfig, architectureOf(space, genes)).layers;
const widthOf = (genes: Genes) => architectureOf(space, genes).decoder.width;
const networkOf = (genes: Genes) => JSON.stringify(architectureOf(space, genes));
const some = Array.from({ length: 400 }, (_, i) => sampleGenes(space, new RandomStream(i, 'some')));

const listed = (genes: readonly Genes[]): PoolRequest['listed'] =>
  genes.map((item, i) => ({ genes: item, origin: { from: 'ranking', place: i + 1 } }));

/** Fills a pool; `sizes` are floor, limit, or front. */
function pool(
  changes: Partial<PoolRequest> = {},
  sizes: Pick<ChooseParams, 'floor' | 'limit' | 'front' | 'operationsLimit'> = {},
) {
  const windows = windowsOf(sizes as ChooseParams, { config: tinyConfig, weights: new ParameterSet() }, {});
  return fillPool({
    space,
    model: tinyConfig,
    windows,
    listed: [],
    named: [],
    count: 12,
    random: 0,
    sizeBins: 2,
    seed: { value: 1, stream: 'choose' },
    ...changes,
  });
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(StageError);
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

describe('a pool', () => {
  test('takes at most its share of one width, although a ranking knows no other', () => {
    const narrow = some.filter((genes) => widthOf(genes) === 8);
    const candidates = pool({ listed: listed(narrow) });
    expect(candidates).toHaveLength(12);
    const perWidth = [8, 16, 24].map((width) => candidates.filter(({ genes }) => widthOf(genes) === width));
    // Small networks are narrow and large ones wide, so a width may have one bin less than another.
    expect(Math.max(...perWidth.map(({ length }) => length))).toBeLessThanOrEqual(6);
    expect(perWidth[0].every(({ origin }) => origin.from === 'ranking')).toBe(true);
    expect([...perWidth[1], ...perWidth[2]].every(({ origin }) => origin.from === 'stratum')).toBe(true);
  });

  test('has of every stratum the first that are ranked, in their order, as evenly as the ranking allows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 30 }), (start, count) => {
        const ranked = rank(some.slice(0, 200).map((genes, i) => ({ genes, score: (i * start) % 211 })));
        const distinct = [...new Map(ranked.map(({ genes }) => [networkOf(genes), genes])).values()];
        const sizes = some.map(layersOf);
        const [floor, limit] = [Math.min(...sizes), Math.max(...sizes)];
        const strata = (genes: Genes) => `${widthOf(genes)} ${layersOf(genes) < (floor + limit) / 2 ? 0 : 1}`;
        const candidates = pool({ listed: listed(distinct), count }, { floor, limit });
        expect(candidates).toHaveLength(count);
        const names = [...new Set(distinct.map(strata))];
        const all = names.map((name) => distinct.filter((genes) => strata(genes) === name));
        const taken = names.map((name) => candidates.filter(({ genes }) => strata(genes) === name));
        for (const [i, members] of taken.entries()) {
          const places = members.flatMap(({ origin }) => ('place' in origin ? origin.place : []));
          const own = all[i].map((genes) => distinct.indexOf(genes) + 1);
          expect(places.sort((a, b) => a - b)).toEqual(own.slice(0, places.length));
        }
        const counts = taken.map(({ length }) => length);
        if (all.every(({ length }) => length >= count))
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 8 },
    );
  });

  test('has each network once, whatever its genes', () => {
    const [first] = some;
    const inactive = genePositions(space).findLastIndex(({ layer, field }) => layer === 1 && field === 'span');
    const shallow = first.with(
      genePositions(space).findIndex(({ field }) => field === 'layers'),
      0,
    );
    const other = shallow.with(inactive, 1 - shallow[inactive]);
    expect(networkOf(other)).toBe(networkOf(shallow));
    const candidates = pool({ listed: listed([shallow, other]), named: [formatGenes(other)] });
    expect(new Set(candidates.map(({ genes }) => networkOf(genes))).size).toBe(candidates.length);
    expect(candidates.filter(({ genes }) => networkOf(genes) === networkOf(shallow))).toHaveLength(1);
  });

  test('drawn at random altogether looks at no ranking, and is another below another stream', () => {
    const request = { random: 1, listed: listed(some.slice(0, 50)) };
    const candidates = pool(request);
    expect(candidates.map(({ origin }) => origin.from)).toEqual(Array(12).fill('random'));
    const names = (drawn: typeof candidates) => drawn.map(({ genes }) => formatGenes(genes));
    expect(names(pool({ random: 1 }))).toEqual(names(candidates));
    expect(names(pool({ ...request, seed: { value: 1, stream: 'other' } }))).not.toEqual(names(candidates));
    const third = pool({ ...request, random: 1 / 3 });
    expect(third.filter(({ origin }) => origin.from === 'random')).toHaveLength(4);
  });

  test('keeps all bounds, and named networks join it beside its number', () => {
    const median = some.map(layersOf).sort((a, b) => a - b)[200];
    const named = some.find((genes) => layersOf(genes) > median)!;
    const candidates = pool({ named: [formatGenes(named)] }, { floor: median });
    expect(candidates).toHaveLength(13);
    expect(candidates.at(-1)).toMatchObject({ genes: named, origin: { from: 'named' } });
    for (const { genes, layers } of candidates) {
      expect(layers).toBe(layersOf(genes));
      expect(layers).toBeGreaterThanOrEqual(median);
    }
    expect(refusal(() => pool({ named: ['smallest'] }, { floor: median }))).toMatch(
      /^The named network smallest is beyond the bounds/,
    );
    expect(refusal(() => pool({}, { floor: 1e9 }))).toMatch(
      /^None of 12 candidates has at least 1000000000 parameters/,
    );
    expect(refusal(() => pool({}, { operationsLimit: 10 }))).toMatch(/at most 10 multiply-adds \(the least is \d+\)/);
  });
});

describe('a pool for several sizes', () => {
  const sizes = some.map(layersOf).sort((a, b) => a - b);
  const front = [{ limit: sizes[350] }, { limit: sizes[150], floor: sizes[50] }];

  test('is filled for each of them, and what fits both is there once', () => {
    const candidates = pool({ listed: listed(some) }, { front });
    const fits = ({ limit, floor = 0 }: { limit: number; floor?: number }) =>
      candidates.filter(({ layers }) => layers >= floor && layers <= limit);
    expect(fits(front[0]).length).toBeGreaterThanOrEqual(12);
    expect(fits(front[1]).length).toBeGreaterThanOrEqual(12);
    expect(fits(front[0])).toHaveLength(candidates.length);
    expect(candidates.length).toBeLessThan(24);
  });

  test('cannot have a limit of its own beside them', () => {
    expect(refusal(() => pool({}, { front, limit: 5 }))).toMatch(/^"limit" and "front" both say/);
  });
});
