import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { logProbabilitiesOf, topLogProbabilities } from '../../../src/tensor/ops/top.ts';
import { RandomStream } from '../../../src/tensor/random.ts';
import { engines } from '../../support/engines.ts';

/** Log-probabilities of one row, in double precision. */
function logSoftmax(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  const logSum = largest + Math.log(row.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  return row.map((x) => x - logSum);
}

/** By sorting all types of each row. */
function bySorting(
  rows: readonly (readonly number[])[],
  k: number,
  never: number,
): { ids: number[]; logProbabilities: number[] } {
  const best = rows.flatMap((row) => {
    const logs = logSoftmax(row);
    const order = row
      .map((_, id) => id)
      .filter((id) => id !== never)
      .sort((a, b) => row[b] - row[a] || a - b);
    return Array.from({ length: k }, (_, i) =>
      i < order.length ? { id: order[i], log: logs[order[i]] } : { id: -1, log: -Infinity },
    );
  });
  return { ids: best.map(({ id }) => id), logProbabilities: best.map(({ log }) => log) };
}

function onTensor<T>(rows: readonly (readonly number[])[], compute: (logits: tf.Tensor2D) => T): T {
  const logits = tf.tensor2d(rows.flat(), [rows.length, rows[0].length]);
  try {
    return compute(logits);
  } finally {
    logits.dispose();
  }
}

/** `distinct` values at most, so that few of them make many ties. */
function randomRows({
  rows,
  types,
  seed,
  distinct,
  scale,
}: {
  rows: number;
  types: number;
  seed: number;
  distinct: number;
  scale: number;
}): number[][] {
  const stream = new RandomStream(seed, 'logits');
  return Array.from({ length: rows }, () =>
    Array.from({ length: types }, () => Math.fround(scale * (stream.integer(distinct) / distinct - 0.5))),
  );
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) =>
    Number.isFinite(value) ? expect(actual[i]).toBeCloseTo(value, 4) : expect(actual[i]).toBe(value),
  );
}

const cases = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  types: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(127, 128, 129, 500)),
  k: fc.integer({ min: 1, max: 24 }),
  never: fc.integer({ min: -1, max: 12 }),
  seed: fc.nat(1e6),
  distinct: fc.constantFrom(1, 2, 5, 1e6),
  scale: fc.constantFrom(0.1, 1, 20),
});

describe.each(engines)('on the %s engine, the most probable types', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine, 2);
  });

  test('are those that sorting gives, ties to the smaller id, with the logarithm of their softmax', () =>
    fc.assert(
      fc.property(cases, ({ k, never, ...shape }) => {
        const rows = randomRows(shape);
        const { ids, logProbabilities } = onTensor(rows, (logits) => topLogProbabilities(logits, k, never));
        const expected = bySorting(rows, k, never);
        expect([...ids]).toEqual(expected.ids);
        expectClose(logProbabilities, expected.logProbabilities);
      }),
      { numRuns: 150 },
    ));

  test('leave places without an id and impossible when fewer types than asked for are left', () => {
    const { ids, logProbabilities } = onTensor(
      [
        [0, 0, 0],
        [3, 1, 2],
      ],
      (logits) => topLogProbabilities(logits, 4, 1),
    );
    expect([...ids]).toEqual([0, 2, -1, -1, 0, 2, -1, -1]);
    expectClose(logProbabilities.subarray(0, 4), [-Math.log(3), -Math.log(3), -Infinity, -Infinity]);
  });

  test('count an impossible type as one, unlike the one that is left out', () => {
    const { ids, logProbabilities } = onTensor([[-Infinity, 5, -Infinity, 1]], (logits) =>
      topLogProbabilities(logits, 4, 1),
    );
    expect([...ids]).toEqual([3, 0, 2, -1]);
    expectClose(logProbabilities, [logSoftmax([5, 1])[1], -Infinity, -Infinity, -Infinity]);
  });

  test('and the log-probability of one type are right where exponentials of the logits overflow', () => {
    const rows = [
      [1000, 999, -1000],
      [-500, -501, -499],
    ];
    const { logProbabilities } = onTensor(rows, (logits) => topLogProbabilities(logits, 1));
    expectClose(
      logProbabilities,
      rows.map((row) => Math.max(...logSoftmax(row))),
    );
    expectClose(
      onTensor(rows, (logits) => logProbabilitiesOf(logits, 1)),
      rows.map((row) => logSoftmax(row)[1]),
    );
  });

  test('leave no tensor behind', () => {
    const before = tf.memory().numTensors;
    onTensor([[1, 2, 3]], (logits) => [topLogProbabilities(logits, 2, 0), logProbabilitiesOf(logits, 2)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
