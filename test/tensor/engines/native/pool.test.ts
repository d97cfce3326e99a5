import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ArrayPool } from '../../../../src/tensor/engines/native/pool.ts';

describe('the pool of arrays', () => {
  test('gives arrays of the asked length that never overlap, whatever is taken, given back and shown to others', () => {
    const steps = fc.array(
      fc.record({
        action: fc.constantFrom('take', 'take', 'give', 'disown'),
        length: fc.oneof(fc.nat(5), fc.nat(100_000)),
        which: fc.nat(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (program) => {
        const pool = new ArrayPool(300_000);
        const held: { array: Float32Array; mark: number }[] = [];
        let marks = 0;
        for (const { action, length, which } of program) {
          if (action === 'take') {
            const array = pool.take(length);
            expect(array).toHaveLength(length);
            held.push({ array: array.fill(++marks), mark: marks });
          } else if (held.length > 0) {
            const at = which % held.length;
            if (action === 'disown') pool.disown(held[at].array);
            else if (action === 'give') pool.give(held.splice(at, 1)[0].array);
          }
          for (const { array, mark } of held) expect(array.every((value) => value === mark)).toBe(true);
        }
      }),
    );
  });

  test('uses memory again for lengths that differ by a little', () => {
    const pool = new ArrayPool();
    const first = pool.take(100_000);
    pool.give(first);
    expect(pool.take(99_000).buffer).toBe(first.buffer);
  });

  test('never uses again what others have seen, nor what came from them', () => {
    const pool = new ArrayPool();
    const shown = pool.take(1000);
    pool.disown(shown.subarray(10, 20));
    pool.give(shown);
    const foreign = new Float32Array(pool.take(1000).buffer.byteLength / 4);
    pool.give(foreign);
    const next = [pool.take(1000), pool.take(1000)];
    expect(next.map(({ buffer }) => buffer)).not.toContain(shown.buffer);
    expect(next.map(({ buffer }) => buffer)).not.toContain(foreign.buffer);
  });

  test('takes no more than twice what is needed', () => {
    const pool = new ArrayPool();
    const large = pool.take(100_000);
    pool.give(large);
    expect(pool.take(40_000).buffer).not.toBe(large.buffer);
    expect(pool.take(60_000).buffer).toBe(large.buffer);
  });

  test('lets go of what was idle the longest once too much is idle', () => {
    const pool = new ArrayPool(4 * 150_000);
    const [old, used] = [pool.take(100_000), pool.take(20_000)];
    [old, used].forEach((array) => pool.give(array));
    // Two more are beyond the limit: the first goes, the others stay.
    const more = [pool.take(45_000), pool.take(45_000)];
    more.forEach((array) => pool.give(array));
    expect(pool.take(20_000).buffer).toBe(used.buffer);
    expect(pool.take(100_000).buffer).not.toBe(old.buffer);
    expect(pool.take(45_000).buffer).toBe(more[1].buffer);
  });
});
