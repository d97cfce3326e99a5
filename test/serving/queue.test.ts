import { describe, expect, test } from '@jest/globals';
import { limits } from '../../src/serving/limits.ts';
import { type ServedLine, TranslationQueue } from '../../src/serving/queue.ts';
import { RequestError } from '../../src/serving/request.ts';

const never = new AbortController().signal;

/** Upper case is the translation; the first batch waits until it is let go. */
function heldQueue() {
  const batches: { model: number; lines: readonly string[] }[] = [];
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const queue = new TranslationQueue(async (model, lines): Promise<ServedLine[]> => {
    batches.push({ model, lines });
    await held;
    if (lines.includes('fails')) throw new Error('it failed');
    return lines.map((line) => [`${model}:${line.toUpperCase()}`]);
  });
  return { queue, batches, letGo };
}

describe('requests that come while others are translated', () => {
  test('are translated together, each model by itself, and each gets its own lines', async () => {
    const { queue, batches, letGo } = heldQueue();
    const asked = [
      queue.translate(0, ['first'], never),
      queue.translate(0, ['a', 'b'], never),
      queue.translate(1, ['c'], never),
      queue.translate(0, ['d'], never),
    ];
    expect(queue.waitingLines).toBe(4);
    letGo();
    expect(await Promise.all(asked)).toEqual([[['0:FIRST']], [['0:A'], ['0:B']], [['1:C']], [['0:D']]]);
    expect(batches.map(({ model, lines }) => [model, ...lines])).toEqual([
      [0, 'first'],
      [0, 'a', 'b', 'd'],
      [1, 'c'],
    ]);
    expect(queue.waitingLines).toBe(0);
  });

  test('are no more lines at once than a batch has, but for one request alone', async () => {
    const { queue, batches, letGo } = heldQueue();
    const many = Array.from({ length: limits.batchLines + 1 }, (_, i) => `line ${i}`);
    const asked = [
      queue.translate(0, ['first'], never),
      queue.translate(0, many, never),
      queue.translate(0, many.slice(3), never),
      queue.translate(0, ['x', 'y'], never),
    ];
    letGo();
    await Promise.all(asked);
    expect(batches.map(({ lines }) => lines.length)).toEqual([1, many.length, limits.batchLines]);
  });

  test('are left out where nobody waits for them any more', async () => {
    const { queue, batches, letGo } = heldQueue();
    const first = queue.translate(0, ['first'], never);
    const gone = new AbortController();
    const left = queue.translate(0, ['left'], gone.signal);
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    letGo();
    await first;
    expect(batches).toHaveLength(1);
  });

  test('fail with those of their batch alone', async () => {
    const { queue, letGo } = heldQueue();
    letGo();
    const asked = await Promise.allSettled([
      queue.translate(0, ['fails'], never),
      queue.translate(0, ['a'], never),
      queue.translate(0, ['b'], never),
    ]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
});

test('more lines than may wait are refused as too many', async () => {
  const { queue, letGo } = heldQueue();
  const first = queue.translate(0, ['first'], never);
  const full = queue.translate(0, Array<string>(limits.waitingLines).fill('x'), never);
  expect(() => queue.translate(0, ['y'], never)).toThrow(RequestError);
  letGo();
  await Promise.all([first, full]);
});
