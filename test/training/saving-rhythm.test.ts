import { afterEach, expect, jest, test } from '@jest/globals';
import { SavingRhythm } from '../../src/training/saving-rhythm.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

/** Milliseconds on both clocks. */
function clock(): { now: number } {
  const time = { now: 1e6 };
  jest.spyOn(Date, 'now').mockImplementation(() => time.now);
  jest.spyOn(performance, 'now').mockImplementation(() => time.now);
  return time;
}

test.each([1, 30, 200, 4000])(
  'saves that take %d ms take at most 2 % of the time, and are a second apart at least',
  (took) => {
    const time = clock();
    const rhythm = new SavingRhythm();
    let saving = 0;
    const saves: number[] = [];
    for (; time.now < 1e6 + 3_600_000; time.now += 100) {
      if (!rhythm.isDue) continue;
      rhythm.save(() => (time.now += took));
      saving += took;
      saves.push(time.now);
    }
    // The first is made on an assumption.
    expect((saving - took) / (time.now - 1e6)).toBeLessThanOrEqual(0.02);
    expect(saves.length).toBeGreaterThan(0.9 * Math.min(3_600_000 / (51 * took), 3000));
    saves.slice(1).forEach((save, i) => expect(save - saves[i]).toBeGreaterThanOrEqual(1000));
  },
);

test('a clock that is set back does not put a save off', () => {
  const time = clock();
  const rhythm = new SavingRhythm();
  time.now -= 3_600_000;
  expect(rhythm.isDue).toBe(true);
});
