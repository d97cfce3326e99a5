import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type HalvingProblem, successiveHalving } from '../../../src/nas/search/halving.ts';
import { formatGenes, type Genes } from '../../../src/nas/space.ts';

/** A made-up scorer: of candidate g at rung r the r-th of its scores, NaN where it has none. */
function scorer(scores: readonly (readonly number[])[]) {
  const asked: string[][] = [];
  const score: HalvingProblem['score'] = (candidates, rung) => {
    asked.push(candidates.map(formatGenes));
    return Promise.resolve(candidates.map((genes) => ({ genes, score: scores[genes[0]][rung] ?? NaN })));
  };
  return { asked, score };
}

const ids = (chosen: readonly { genes: Genes }[]) => chosen.map(({ genes: [id] }) => id);

/**
 * By definition: at a rung, a candidate goes on if in one of its windows fewer than `keep` of those that are left have a
 * smaller pair of score and genes.
 */
function survivors(left: readonly number[], scoreOf: (id: number) => number, keep: number, windows: boolean[][]) {
  const beats = (a: number, b: number) =>
    scoreOf(a) < scoreOf(b) || (scoreOf(a) === scoreOf(b) && a.toString(36) < b.toString(36));
  const inWindow = (window: boolean[]) =>
    left.filter(
      (id) =>
        window[id]
        && Number.isFinite(scoreOf(id))
        && left.filter((other) => window[other] && Number.isFinite(scoreOf(other)) && beats(other, id)).length < keep,
    );
  return { chosen: windows.map(inWindow), left: left.filter((id) => windows.some((w) => inWindow(w).includes(id))) };
}

describe('successive halving', () => {
  test('keeps at each rung what its definition keeps, in every window, whatever the scores and their ties', async () => {
    const problems = fc.record({
      scores: fc.array(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(NaN), fc.constant(Infinity)), {
          minLength: 3,
          maxLength: 3,
        }),
        { minLength: 1, maxLength: 12 },
      ),
      keep: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
      windows: fc.array(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(problems, async ({ scores, keep, windows }) => {
        const { asked, score } = scorer(scores);
        const { rankings, chosen } = await successiveHalving({
          candidates: scores.map((_, id) => [id]),
          keep,
          windows: windows.map(
            (window) =>
              ([id]: Genes) =>
                window[id],
          ),
          score,
        });
        let left = scores.map((_, id) => id);
        let expected: number[][] = [];
        for (const [rung, count] of keep.entries()) {
          expect(ids(rankings[rung]).sort((a, b) => a - b)).toEqual(left);
          if (left.length > 0) expect([...asked[rung]].sort()).toEqual(left.map((id) => id.toString(36)).sort());
          ({ chosen: expected, left } = survivors(left, (id) => scores[id][rung], count, windows));
        }
        expect(chosen.map((some) => ids(some).sort((a, b) => a - b))).toEqual(expected);
      }),
    );
  });

  test('gives what it chose and all rankings best first, ties in the order of genes', async () => {
    const { score } = scorer([
      [3, 2],
      [1, 2],
      [2, 9],
      [1, 1],
    ]);
    const { rankings, chosen } = await successiveHalving({ candidates: [[3], [2], [1], [0]], keep: [4, 3], score });
    expect(rankings.map(ids)).toEqual([
      [1, 3, 2, 0],
      [3, 0, 1, 2],
    ]);
    expect(chosen.map(ids)).toEqual([[3, 0, 1]]);
  });

  test('scores nothing twice at a rung, and nothing where nothing is left', async () => {
    const { asked, score } = scorer([[NaN], [1, 1]]);
    await successiveHalving({ candidates: [[0], [0]], keep: [1, 1], score });
    expect(asked).toEqual([['0']]);
  });
});
