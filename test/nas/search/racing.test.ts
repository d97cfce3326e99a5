import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { certainty, type Racer, standing, survivors } from '../../../src/nas/search/racing.ts';
import { RandomStream } from '../../../src/tensor/random.ts';

/** Racers whose losses share what makes a sentence hard, as those of networks do. */
function field(random: RandomStream, racers: number, sentences: number): { racers: Racer[]; tokens: number[] } {
  const tokens = Array.from({ length: sentences }, () => 2 + random.integer(30));
  const hardness = tokens.map(() => 3 + random.normal());
  return {
    tokens,
    racers: Array.from({ length: racers }, () => {
      const quality = 0.3 * random.normal();
      return {
        handicap: random.float() < 0.5 ? 0 : 0.1 * random.float(),
        losses: tokens.map((count, i) => count * (hardness[i] + quality + 0.3 * random.normal())),
      };
    }),
  };
}

const bestOf = (racers: readonly Racer[], tokens: readonly number[], keep: number): number[] => {
  const scores = racers.map((racer) => standing(racer, { tokens, seen: tokens.length }));
  return racers
    .map((_, i) => i)
    .sort((a, b) => scores[a] - scores[b])
    .slice(0, keep);
};

describe('survivors of a race', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

  test('are always the best so far, and others only where they are not surely behind', () =>
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 50 }), (seed, keep, seen) => {
        const { racers, tokens } = field(new RandomStream(seed, 'race'), 30, 50);
        const track = { tokens, seen };
        const scores = racers.map((racer) => standing(racer, track));
        const staying = survivors(racers, track, keep);
        const order = [...scores].sort((a, b) => a - b);
        const last = order[Math.min(keep, racers.length) - 1];
        const reference = scores.indexOf(last);
        racers.forEach((racer, i) => {
          if (scores[i] <= last) return expect(staying).toContain(i);
          // The standard error in another way: the sum of residuals as a random sum without replacement.
          const counted = tokens.slice(0, seen).reduce((sum, count) => sum + count, 0);
          const differences = tokens.slice(0, seen).map((_, s) => racer.losses[s] - racers[reference].losses[s]);
          const ratio = differences.reduce((sum, value) => sum + value, 0) / counted;
          const residuals = differences.map((value, s) => value - ratio * tokens[s]);
          const variance = residuals.reduce((sum, value) => sum + value * value, 0) / (seen - 1);
          const error = Math.sqrt((variance / seen) * ((tokens.length - seen) / tokens.length)) / (counted / seen);
          const behind = scores[i] - last;
          if (Math.abs(behind - certainty * error) > 1e-9)
            expect(staying.includes(i)).toBe(behind <= certainty * error);
        });
      }),
      { numRuns: 100 },
    ));

  test('after all sentences are the best, and those equal to the last of them', () =>
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 29 }), (seed, keep) => {
        const { racers, tokens } = field(new RandomStream(seed, 'race'), 30, 40);
        expect(survivors(racers, { tokens, seen: 40 }, keep)).toEqual(
          bestOf(racers, tokens, keep).sort((a, b) => a - b),
        );
        const twice = [...racers, ...racers];
        expect(survivors(twice, { tokens, seen: 40 }, keep)).toHaveLength(2 * Math.ceil(keep / 2));
      }),
      { numRuns: 50 },
    ));

  test('are at least 99 of 100 of those that are the best in the end, and the very best of them', () => {
    const [races, keep, blocks] = [60, 10, 8];
    let [kept, leaders, seenAll] = [0, 0, 0];
    for (let race = 0; race < races; race++) {
      const { racers, tokens } = field(new RandomStream(race, 'race'), 60, 160);
      let running = racers.map((_, i) => i);
      for (let block = 1; block <= blocks; block++) {
        const track = { tokens, seen: (block * tokens.length) / blocks };
        seenAll += running.length / blocks;
        running = survivors(
          running.map((i) => racers[i]),
          track,
          keep,
        ).map((i) => running[i]);
      }
      const best = bestOf(racers, tokens, keep);
      kept += best.filter((i) => running.includes(i)).length;
      leaders += running.includes(best[0]) ? 1 : 0;
    }
    expect(kept / (races * keep)).toBeGreaterThanOrEqual(0.99);
    expect(leaders / races).toBeGreaterThanOrEqual(0.99);
    expect(seenAll / (races * 60)).toBeLessThan(0.5);
  });

  test('do not include a loss that is no number, where there are enough that are', () => {
    const tokens = [3, 4, 5];
    const racers = [NaN, 1, Infinity, 2].map((loss) => ({ handicap: 0, losses: tokens.map((count) => count * loss) }));
    expect(survivors(racers, { tokens, seen: 2 }, 2)).toEqual([1, 3]);
    // Of equals none is ruled out.
    expect(survivors(racers, { tokens, seen: 2 }, 3)).toEqual([0, 1, 2, 3]);
  });
});
