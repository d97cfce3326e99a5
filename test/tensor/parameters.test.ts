import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Initial, Parameter } from '../../src/tensor/parameters.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { RandomStream } from '../../src/tensor/random.ts';

const made = (shape: number[], initial: Initial) =>
  ParameterSet.initialise([{ name: 'w', shape, initial }], (name) => new RandomStream(1, name)).get('w').data;
const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: Float32Array) =>
  values.reduce((sum, x) => sum + x * x, 0) / values.length - mean(values) ** 2;

describe('a parameter starts', () => {
  test('at zeros or ones', () => {
    expect(new Set(made([5], { kind: 'zeros' }))).toEqual(new Set([0]));
    expect(new Set(made([5], { kind: 'ones' }))).toEqual(new Set([1]));
  });

  test('by Glorot and Bengio: evenly over ±gain · √(6 / (in + out))', () => {
    const values = made([200, 100], { kind: 'xavier', gain: Math.SQRT1_2, fanIn: 100, fanOut: 200 });
    const bound = Math.SQRT1_2 * Math.sqrt(6 / 300);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.99 * bound);
    expect(Math.abs(variance(values) / (bound ** 2 / 3) - 1)).toBeLessThan(5 * Math.sqrt(0.8 / 20_000));
    expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(bound ** 2 / 3 / 20_000));
  });

  test('normally with its deviation, the padding row at zero', () => {
    const values = made([300, 64], { kind: 'normal', deviation: 64 ** -0.5, zeroRow: 1 });
    expect(new Set(values.subarray(64, 128))).toEqual(new Set([0]));
    const others = Float32Array.from([...values.subarray(0, 64), ...values.subarray(128)]);
    expect(Math.abs(variance(others) * 64 - 1)).toBeLessThan(5 * Math.sqrt(2 / others.length));
  });

  test('where its own name sends it, whatever else there is', () => {
    const parameter = (name: string): Parameter => ({ name, shape: [3, 3], initial: { kind: 'uniform', bound: 1 } });
    const stream = (name: string) => new RandomStream(9, name);
    const few = ParameterSet.initialise([parameter('b')], stream);
    const many = ParameterSet.initialise([parameter('a'), parameter('b'), parameter('c')], stream);
    expect(few.get('b').data).toEqual(many.get('b').data);
    expect(many.get('a').data).not.toEqual(many.get('b').data);
  });
});

describe('a corner', () => {
  const shapes = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, columns]) =>
      fc.tuple(fc.constant([rows, columns]), fc.integer({ min: 1, max: rows }), fc.integer({ min: 1, max: columns })),
    );

  test('is the leading rows and columns, as a copy', () => {
    fc.assert(
      fc.property(shapes, ([full, rows, columns]) => {
        const set = new ParameterSet();
        set.entries.set('w', { shape: [...full], data: Float32Array.from({ length: full[0] * full[1] }, (_, i) => i) });
        const corner = set.cornerValues('w', [rows, columns]);
        expect(corner).toHaveLength(rows * columns);
        corner.forEach((value, i) => expect(value).toBe(Math.floor(i / columns) * full[1] + (i % columns)));
        corner.fill(-1);
        expect(set.get('w').data[0]).toBe(0);
      }),
    );
  });

  test('of a vector is its beginning', () => {
    const set = new ParameterSet();
    set.entries.set('b', { shape: [4], data: Float32Array.of(1, 2, 3, 4) });
    expect([...set.cornerValues('b', [3])]).toEqual([1, 2, 3]);
  });

  test('cut out is a set of its own with nothing else in it', () => {
    const set = new ParameterSet();
    set.entries.set('w', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    set.entries.set('other', { shape: [1], data: Float32Array.of(5) });
    const cut = set.cut([{ name: 'w', shape: [2, 1], initial: { kind: 'zeros' } }]);
    expect([...cut.entries.keys()]).toEqual(['w']);
    expect([...cut.get('w').data]).toEqual([1, 3]);
    cut.get('w').data[0] = 9;
    expect(set.get('w').data[0]).toBe(1);
  });

  test('of a parameter that there is not is refused by name', () => {
    expect(() => new ParameterSet().cornerValues('w', [1])).toThrow('There is no parameter "w".');
  });
});
