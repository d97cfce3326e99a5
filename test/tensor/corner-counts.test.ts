import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { type CornerCount, CornerCounts } from '../../src/tensor/corner-counts.ts';
import { HostParameters } from '../../src/tensor/host-parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import type { Parameter } from '../../src/tensor/parameters.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { engines } from '../support/engines.ts';

const [rows, columns] = [4, 5];
const corners = fc.array(fc.tuple(fc.integer({ min: 1, max: rows }), fc.integer({ min: 1, max: columns })), {
  minLength: 1,
  maxLength: 8,
});
const corner = (shape: number[]): Parameter => ({ name: 'w', shape, initial: { kind: 'zeros' } });

test('cells tile a corner, and hold as many updates as corners contain each of their weights', () => {
  fc.assert(
    fc.property(corners, ([asked, ...trained]) => {
      const counts = new CornerCounts();
      trained.forEach((shape) => counts.add(corner(shape)));
      const seen = new Map<string, number>();
      for (const cell of counts.cells(corner(asked)))
        for (let row = cell.row; row < cell.row + cell.rows; row++)
          for (let column = cell.column; column < cell.column + cell.columns; column++) {
            expect(seen.has(`${row} ${column}`)).toBe(false);
            seen.set(`${row} ${column}`, cell.updates);
          }
      expect(seen.size).toBe(asked[0] * asked[1]);
      for (const [place, updates] of seen) {
        const [row, column] = place.split(' ').map(Number);
        expect(updates).toBe(trained.filter(([high, wide]) => high > row && wide > column).length);
      }
    }),
  );
});

test('what is cut, or saved and read, counts its weights as before', () => {
  fc.assert(
    fc.property(corners, ([asked, ...trained]) => {
      const counts = new CornerCounts();
      trained.forEach((shape) => counts.add(corner(shape)));
      const before = each(counts, asked);
      const saved = JSON.parse(JSON.stringify(counts)) as Record<string, CornerCount[]>;
      expect(each(new CornerCounts(saved), asked)).toEqual(before);
      expect(each(counts.cut([{ ...corner(asked), name: 'cut', storedAs: 'w' }]), asked, 'cut')).toEqual(before);
    }),
  );
});

function each(counts: CornerCounts, shape: number[], name = 'w'): number[] {
  const values = new Array<number>(shape[0] * shape[1]);
  for (const cell of counts.cells({ ...corner(shape), name }))
    for (let row = cell.row; row < cell.row + cell.rows; row++)
      values.fill(cell.updates, row * shape[1] + cell.column, row * shape[1] + cell.column + cell.columns);
  return values;
}

test.each(engines)(
  'by its own count, each weight moves as if it alone were trained, on the %s engine',
  async (engine) => {
    await selectEngine(engine);
    const rateOf = (updates: number) => 0.1 / Math.sqrt(updates);
    const set = new ParameterSet();
    set.entries.set('w', { shape: [rows, columns], data: new Float32Array(rows * columns).fill(1) });
    const parameters = new HostParameters(set);
    const adam = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1 };
    const expected = Array.from({ length: rows * columns }, () => ({ w: 1, m: 0, v: 0, t: 0 }));
    const shapes = [
      [2, 3],
      [4, 5],
      [1, 5],
      [4, 2],
      [2, 3],
      [4, 5],
    ];
    shapes.forEach((shape, update) => {
      const gradient = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(7 * i + update));
      for (let row = 0; row < shape[0]; row++)
        for (let column = 0; column < shape[1]; column++) {
          const one = expected[row * columns + column];
          const g = gradient[row * shape[1] + column] / 2;
          one.t++;
          one.m = 0.9 * one.m + 0.1 * g;
          one.v = 0.98 * one.v + 0.02 * g * g;
          const step = (rateOf(one.t) * Math.sqrt(1 - 0.98 ** one.t)) / (1 - 0.9 ** one.t);
          one.w = one.w * (1 - 0.1 * rateOf(one.t)) - (step * one.m) / (Math.sqrt(one.v) + 1e-8);
        }
      const tensor = tf.tensor(gradient, shape);
      parameters.update([corner(shape)], [tensor], {
        terms: 2,
        clipNorm: 0,
        rate: 9,
        update: update + 1,
        adam,
        rateOf,
      });
      tensor.dispose();
    });
    const { data } = parameters.get('w');
    expected.forEach(({ w }, i) => expect(data[i]).toBeCloseTo(w, 5));
  },
);
