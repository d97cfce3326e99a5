import { describe, expect, test } from '@jest/globals';
import { ArgumentError, parts, readArguments } from '../../../bench/support/arguments.ts';

describe('the arguments of the training benchmark', () => {
  test('without any, every part runs with the defaults', () => {
    expect(readArguments([], {})).toEqual({
      parts: [...parts],
      widths: [320, 160],
      threads: [1, 2],
      rounds: 5,
      before: '',
      data: 'data/multi30k',
      others: ['tensorflow', 'wasm'],
    });
  });

  test('parts run in their own order, and options are read wherever they stand', () => {
    const {
      parts: chosen,
      widths,
      rounds,
      data,
      others,
    } = readArguments(['engines', 'widths=64,128', 'rounds=2', 'gemm', 'data=a=b', 'others=wasm,cpu'], {});
    expect(chosen).toEqual(['gemm', 'engines']);
    expect({ widths, rounds, data, others }).toEqual({
      widths: [64, 128],
      rounds: 2,
      data: 'a=b',
      others: ['wasm', 'cpu'],
    });
  });

  test('the environment gives defaults, which an option replaces', () => {
    const environment = { ROUNDS: '1', SHRINKNAS_MULTI30K: 'corpus' };
    expect(readArguments([], environment)).toMatchObject({ rounds: 1, data: 'corpus' });
    expect(readArguments(['rounds=3'], environment)).toMatchObject({ rounds: 3 });
  });

  test.each([
    ['gem', '"gem" is neither a part (gemm,'],
    ['width=320', '"width=320" is neither a part'],
    ['toString=1', '"toString=1" is neither a part'],
    ['widths=320,wide', 'widths=320,wide: it must be multiples of 8.'],
    ['widths=100', 'widths=100: it must be multiples of 8.'],
    ['rounds=0', 'rounds=0: it must be a positive whole number.'],
    ['rounds=', 'rounds=: it must be a positive whole number.'],
    ['others=gpu', 'others=gpu: it must be some of tensorflow, native, wasm, cpu.'],
  ])('%s is refused, and the message says what there is', (word, message) => {
    expect(() => readArguments([word], {})).toThrow(ArgumentError);
    expect(() => readArguments([word], {})).toThrow(message);
  });
});
