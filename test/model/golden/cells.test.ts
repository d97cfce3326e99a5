import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../../../src/model/architecture.ts';
import { padLeft } from '../../../src/model/batch.ts';
import { decoderLayer } from '../../../src/model/decoder.ts';
import { encoderLayer, visibilityOf } from '../../../src/model/encoder.ts';
import { parametersOf } from '../../../src/model/parameters.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { engines } from '../../support/engines.ts';
import { type DecoderCase, type EncoderCase, readCases } from '../../support/golden/cases.ts';
import { sentences } from '../../support/golden/draw.ts';
import { faultsOf, type LookUp, networkOf } from '../../support/golden/evaluate.ts';

const cases = readCases<EncoderCase | DecoderCase>('cells.json');

function architectureOf(c: EncoderCase | DecoderCase): Architecture {
  return c.kind === 'encoder'
    ? { encoder: { width: c.width, layers: [c.cell] }, decoder: { width: c.width, layers: [] } }
    : { encoder: { width: c.encoderWidth, layers: [] }, decoder: { width: c.width, layers: [c.cell] } };
}

function compute(c: EncoderCase | DecoderCase, leaf: LookUp): tf.Tensor {
  const net = networkOf({ norm: c.norm, kernels: [c.taps] }, architectureOf(c), leaf);
  const around = visibilityOf(padLeft(sentences(c.name, c.lengths, 9)), c.lengths.length);
  if (c.kind === 'decoder') {
    const outputs = Array.from({ length: c.cell.span }, (_, back) => leaf(`memory.${back}`));
    return decoderLayer(net, 0, leaf('x'), { outputs, mask: around.mask });
  }
  const y = encoderLayer(net, 0, leaf('x'), around);
  return around.keep ? tf.mul(y, around.keep) : y;
}

test.each(cases)("has PyTorch's parameters: $name", (c) => {
  const { config } = networkOf({ norm: c.norm, kernels: [c.taps] }, architectureOf(c), () => tf.scalar(0));
  const own = parametersOf(config, architectureOf(c)).filter(({ name }) => name.startsWith(`${c.kind}.layers.0.`));
  const theirs = Object.entries(c.gradients)
    .filter(([key]) => !c.inputs.includes(key))
    .map(([key, { shape }]) => [key, shape]);
  expect(Object.fromEntries(own.map(({ name, shape }) => [name, shape]))).toEqual(Object.fromEntries(theirs));
});

/** `cpu` takes a second a case, and computes by the same definition as `wasm`. */
const onCpu = cases.filter((_, i) => i % 5 === 0);

test('of the cases for the slow engine each operator is one', () => {
  const operatorsOf = (some: typeof cases) => new Set(some.map(({ cell }) => cell.operator));
  expect(operatorsOf(onCpu)).toEqual(operatorsOf(cases));
  expect(new Set(onCpu.map(({ kind }) => kind)).size).toBe(2);
});

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  test.each(engine === 'cpu' ? onCpu : cases)("gives PyTorch's output and gradients: $name", (c) => {
    expect(faultsOf(c, (leaf) => compute(c, leaf))).toEqual([]);
  });
});
