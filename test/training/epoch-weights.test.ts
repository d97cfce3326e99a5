import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { EpochWeights } from '../../src/training/epoch-weights.ts';

const root = mkdtempSync(path.join(tmpdir(), 'epoch-weights-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** One number, which is that of the update. */
function weightsAt(update: number): ParameterSet {
  const set = new ParameterSet();
  set.entries.set('w', { shape: [1], data: Float32Array.of(update) });
  return set;
}

const folder = () => mkdtempSync(path.join(root, 'case-'));
const valueOf = (weights: ParameterSet) => weights.get('w').data[0];

describe('the mean over the last fifth of a training', () => {
  test('is that of its epochs’ ends and of its last update, as many of the last as are kept', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (updates, perEpoch, count) => {
          const epochs = new EpochWeights(folder(), count);
          const ends: number[] = [];
          for (let update = 1; update <= updates; update++)
            if (update % perEpoch === 0) {
              epochs.add(update, weightsAt(update));
              ends.push(update);
            }
          const used = [...new Set([...ends.filter((end) => 5 * end > 4 * updates), updates])].slice(-count);
          const mean = epochs.meanOfLastFifth(updates, weightsAt(updates));
          expect(mean.count).toBe(used.length);
          expect(valueOf(mean.weights)).toBeCloseTo(used.reduce((sum, end) => sum + end, 0) / used.length, 4);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is the same of a training that took over what an earlier stretch of it kept', () => {
    const [first, second, whole] = [folder(), folder(), folder()];
    const one = new EpochWeights(whole, 3);
    const begun = new EpochWeights(first, 3);
    for (const end of [80, 85, 90]) for (const epochs of [one, begun]) epochs.add(end, weightsAt(end));
    const continued = new EpochWeights(second, 3);
    continued.takeOver(begun, 92);
    for (const epochs of [one, continued]) epochs.add(95, weightsAt(95));
    const mean = continued.meanOfLastFifth(100, weightsAt(100));
    expect(mean).toEqual(one.meanOfLastFifth(100, weightsAt(100)));
    expect(mean).toMatchObject({ count: 3 });
    expect(valueOf(mean.weights)).toBe(95);
  });
});
