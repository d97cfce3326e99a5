import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { ArgumentsOf } from '../../../src/tensor/engines/native/calls.ts';
import { span } from '../../../src/tensor/engines/native/calls.ts';
import { abiVersion } from '../../../src/tensor/engines/native/library.ts';
import { prototypes } from '../../../src/tensor/engines/native/prototypes.ts';
import { nativeFunctions, nativeParametersOf } from '../../../src/tensor/engines/native/signatures.ts';

/** What native/shrinknas.h exports, one line each. */
function exported(): string[] {
  const header = readFileSync('native/shrinknas.h', 'utf8').replace(/\/\*[^]*?\*\//g, '');
  return [...header.matchAll(/^SN_API\s([^;]*);/gm)].map(([, prototype]) => oneLine(prototype));
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

test('prototypes are those of native/shrinknas.h, names, types and order of parameters, all of them and no others', () => {
  expect(exported().length).toBeGreaterThan(20);
  expect(prototypes.map(oneLine)).toEqual(exported());
});

test('the version that calls are written for is the one that native/library.c tells', () => {
  const [, version] = /sn_abi_version\(void\) \{ return (\d+); \}/.exec(readFileSync('native/library.c', 'utf8'))!;
  expect(abiVersion).toBe(Number(version));
});

test('arguments go by name and type, in the order of the prototype', () => {
  expect(nativeParametersOf('sn_embed')).toEqual([
    { name: 'n', type: 'int64_t' },
    { name: 'types', type: 'int64_t' },
    { name: 'width', type: 'int64_t' },
    { name: 'ids', type: 'const int32_t *' },
    { name: 'table', type: 'const float *' },
    { name: 'scale', type: 'float' },
    { name: 'positions', type: 'const float *' },
    { name: 'out', type: 'float *' },
  ]);
  expect(nativeParametersOf('sn_threads')).toEqual([]);
  expect(new Set(nativeFunctions).size).toBe(nativeFunctions.length);
});

test('the compiler takes no argument of another name or type, and misses none', () => {
  const x = span(new Float32Array(1), 1);
  const softmax: ArgumentsOf<'sn_softmax'>[] = [
    { rows: 1, columns: 1, x, y: x },
    // @ts-expect-error A parameter is missing.
    { rows: 1, columns: 1, x },
    // @ts-expect-error No parameter has that name.
    { rows: 1, columns: 1, x, z: x },
    // @ts-expect-error An array is no size.
    { rows: x, columns: 1, x, y: x },
    // @ts-expect-error Whole numbers are no floats.
    { rows: 1, columns: 1, x, y: span(new Int32Array(1), 1) },
  ];
  expect(softmax.length).toBe(5);
});
