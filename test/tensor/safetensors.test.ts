import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { readMetadata, readSafetensors, SafetensorsError, writeSafetensors } from '../../src/tensor/safetensors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = path.join(folder, 'tensors.safetensors');

function setOf(entries: Record<string, { shape: number[]; data: Float32Array }>): ParameterSet {
  const set = new ParameterSet();
  for (const [name, entry] of Object.entries(entries)) set.entries.set(name, entry);
  return set;
}

/** A file by the format's description: length, header, data. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(), length?: bigint): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  writeFileSync(file, Buffer.concat([size, text, data]));
  return file;
}

describe('safetensors', () => {
  test('give back every bit of what was written', () => {
    const tensor = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 5 }))
      .chain(([rows, columns]) =>
        fc
          .array(fc.integer(), { minLength: rows * columns, maxLength: rows * columns })
          .map((bits) => ({ shape: [rows, columns], data: new Float32Array(Int32Array.from(bits).buffer) })),
      );
    const name = fc
      .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
      .filter((text) => text !== '__metadata__' && text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, tensor, { maxKeys: 6, noNullPrototype: true }), (tensors) => {
        writeSafetensors(file, setOf(tensors));
        const read = readSafetensors(file);
        expect([...read.entries.keys()].sort()).toEqual(Object.keys(tensors).sort());
        for (const [key, { shape, data }] of Object.entries(tensors)) {
          expect(read.get(key).shape).toEqual(shape);
          expect(new Int32Array(read.get(key).data.buffer)).toEqual(new Int32Array(data.buffer));
        }
      }),
    );
  });

  test('are the same bytes whatever the order of their tensors', () => {
    const [a, b] = [
      { shape: [2], data: Float32Array.of(1, 2) },
      { shape: [1, 1], data: Float32Array.of(3) },
    ];
    writeSafetensors(file, setOf({ a, b }), { made: 'here' });
    const one = readFileSync(file);
    writeSafetensors(file, setOf({ b, a }), { made: 'here' });
    expect(readFileSync(file).equals(one)).toBe(true);
  });

  test('lie in the file as the format says: length, header, data aligned to 8 bytes, little-endian', () => {
    writeSafetensors(
      file,
      setOf({
        'b.weight': { shape: [1, 2], data: Float32Array.of(1.5, -2) },
        a: { shape: [1], data: Float32Array.of(0.25) },
      }),
      { k: 'v' },
    );
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      __metadata__: { k: 'v' },
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
      'b.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [4, 12] },
    });
    expect([0, 4, 8].map((at) => bytes.readFloatLE(8 + length + at))).toEqual([0.25, 1.5, -2]);
    expect(bytes.length).toBe(8 + length + 12);
  });

  test('write the part of a buffer that an array is, not the whole buffer', () => {
    writeSafetensors(file, setOf({ a: { shape: [2], data: Float32Array.of(9, 1, 2, 9).subarray(1, 3) } }));
    expect([...readSafetensors(file).get('a').data]).toEqual([1, 2]);
  });

  test('of other tools are read, tensors in any order of the header and odd header lengths', () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
    const set = readSafetensors(
      fileOf(
        {
          z: { dtype: 'F32', shape: [2], data_offsets: [4, 12] },
          a: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
        },
        data,
      ),
    );
    expect([...set.get('a').data]).toEqual([1]);
    expect([...set.get('z').data]).toEqual([2, 3]);
  });

  test('give their metadata by themselves', () => {
    writeSafetensors(file, setOf({ a: { shape: [1], data: Float32Array.of(1) } }), { made: 'hier – ü' });
    expect(readMetadata(file)).toEqual({ made: 'hier – ü' });
    expect(readMetadata(fileOf({}))).toEqual({});
  });

  const data = new Uint8Array(8);
  const whole = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  test.each<[string, () => string, string]>([
    ['an empty file', () => (writeFileSync(file, ''), file), 'shorter than its header'],
    ['a file of 7 bytes', () => (writeFileSync(file, 'abcdefg'), file), 'shorter than its header'],
    ['a header longer than the file', () => fileOf({}, undefined, 1000n), 'header is longer than the file'],
    ['a header of 2⁶⁴ − 1 bytes', () => fileOf({}, undefined, 2n ** 64n - 1n), 'header is longer than the file'],
    ['a header that is no JSON', () => fileOf('{"a":'), 'not a JSON object'],
    ['a header that is a list', () => fileOf([1]), 'not a JSON object'],
    ['a header that is null', () => fileOf('null'), 'not a JSON object'],
    ['another type', () => fileOf({ a: { ...whole, dtype: 'F16' } }, data), '"F16"'],
    ['a tensor that is null', () => fileOf({ a: null }), 'F32'],
    ['no shape', () => fileOf({ a: { ...whole, shape: undefined } }, data), 'no proper shape'],
    ['a negative extent', () => fileOf({ a: { ...whole, shape: [-2] } }, data), 'no proper shape'],
    [
      'a shape that does not fit the bytes',
      () => fileOf({ a: { ...whole, shape: [3] } }, data),
      'does not fit its shape',
    ],
    [
      'offsets beyond the file',
      () => fileOf({ a: { ...whole, shape: [4], data_offsets: [0, 16] } }, data),
      'outside of the file',
    ],
    [
      'overlapping tensors',
      () => fileOf({ a: whole, b: { ...whole, shape: [1], data_offsets: [4, 8] } }, data),
      'overlaps',
    ],
    ['a gap', () => fileOf({ a: { ...whole, shape: [1], data_offsets: [4, 8] } }, data), 'overlaps'],
    [
      'bytes at the end',
      () => fileOf({ a: { ...whole, shape: [1], data_offsets: [0, 4] } }, data),
      '4 bytes belong to no tensor',
    ],
    [
      'offsets that are no numbers',
      () => fileOf({ a: { ...whole, data_offsets: ['0', '8'] } }, data),
      'outside of the file',
    ],
    ['one offset', () => fileOf({ a: { ...whole, data_offsets: [8] } }, data), 'outside of the file'],
  ])('refuse %s, and say what is wrong', (_, make, message) => {
    const name = make();
    expect(() => readSafetensors(name)).toThrow(SafetensorsError);
    expect(() => readSafetensors(name)).toThrow(message);
    expect(() => readSafetensors(name)).toThrow(name);
  });

  test('cut off at any byte are refused', () => {
    writeSafetensors(file, setOf({ a: { shape: [2], data: Float32Array.of(1, 2) } }));
    const bytes = readFileSync(file);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(() => readSafetensors(file)).toThrow(SafetensorsError);
    }
  });
});
