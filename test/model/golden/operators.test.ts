import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { type Architecture, special } from '../../../src/model/architecture.ts';
import { collate, padLeft } from '../../../src/model/batch.ts';
import { embed } from '../../../src/model/embedding.ts';
import { feedForward, visibilityOf } from '../../../src/model/encoder.ts';
import { dictionarySmoothing } from '../../../src/model/label-smoothing.ts';
import { operatorOf } from '../../../src/model/mixing/operators.ts';
import type { Visibility } from '../../../src/model/mixing/operator.ts';
import { mixingPlace } from '../../../src/model/network.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';
import { attend, masked } from '../../../src/tensor/ops/attention.ts';
import { dynamicConvolution, lightConvolution } from '../../../src/tensor/ops/convolution.ts';
import { outputLoss } from '../../../src/tensor/ops/cross-entropy.ts';
import { layerNorm, residualNorm } from '../../../src/tensor/ops/layer-norm.ts';
import { engines } from '../../support/engines.ts';
import { type OperatorCase, readCases } from '../../support/golden/cases.ts';
import { sentences } from '../../support/golden/draw.ts';
import { faultsOf, type LookUp, networkOf } from '../../support/golden/evaluate.ts';

const cases = readCases<OperatorCase>('operators.json');

const architecture = (width: number): Architecture => ({
  encoder: { width, layers: [] },
  decoder: { width, layers: [] },
});

/** As one rectangle, padded on that side. */
const idsOf = (drawn: Int32Array[], side: 'left' | 'right') =>
  side === 'left' ? padLeft(drawn) : collate(drawn, drawn).target;

const gainAndBias = (leaf: LookUp) =>
  [leaf('mixing-norm.weight'), leaf('mixing-norm.bias')] as [tf.Tensor1D, tf.Tensor1D];

/** The case's operator, applied to its inputs and parameters. */
function compute(c: OperatorCase, leaf: LookUp): tf.Tensor {
  switch (c.kind) {
    case 'attention': {
      // Sources are padded on the left; targets, which see themselves up to each step, on the right.
      const ids = idsOf(sentences(c.name, c.lengths, 9), c.causal ? 'right' : 'left');
      const padding = Float32Array.from(ids, (id) => (id === special.padding ? masked : 0));
      return attend(leaf('query'), leaf('key'), leaf('value'), c.heads, { padding, causal: c.causal });
    }
    case 'light-convolution':
      return lightConvolution(leaf('x'), leaf('kernels') as tf.Tensor2D, c.window);
    case 'dynamic-convolution':
      return dynamicConvolution(leaf('x'), leaf('kernels') as tf.Tensor4D, c.window);
    case 'mixing': {
      const ids = idsOf(sentences(c.name, c.lengths, 9), 'left');
      const causal: Visibility = { window: 'causal', mask: { causal: true } };
      const visible = c.window === 'causal' ? causal : visibilityOf(ids, c.lengths.length);
      const net = networkOf({ kernels: [c.taps] }, architecture(c.width), leaf);
      const place = mixingPlace(net, 'encoder.layers.0', { operator: c.operator, heads: c.heads }, 0);
      const y = operatorOf(c.operator).mix({ x: leaf('x'), place, ...visible });
      return visible.keep ? tf.mul(y, visible.keep) : y;
    }
    case 'feed-forward':
      return feedForward(networkOf({}, architecture(0), leaf), 'encoder.layers.0.feed-forward', c, leaf('x'));
    case 'layer-norm':
      return layerNorm(leaf('x'), ...gainAndBias(leaf));
    case 'residual-norm':
      return residualNorm(leaf('x'), leaf('y'), ...gainAndBias(leaf), 0, undefined);
    case 'embedding': {
      const drawn = sentences(`${c.name}/ids`, c.lengths, c.types);
      const ids = idsOf(drawn, c.side === 'encoder' ? 'left' : 'right');
      return embed(networkOf({}, architecture(c.width), leaf), c.side, ids, drawn.length);
    }
    case 'cross-entropy': {
      const target = idsOf(sentences(`${c.name}/targets`, c.lengths, c.types), 'right');
      const counts = Float32Array.from(target, (id) => (id === special.padding ? 0 : 1));
      return outputLoss(
        leaf('features') as tf.Tensor2D,
        {
          weight: leaf('output') as tf.Tensor2D,
          targets: tf.tensor1d(target, 'int32'),
          counts: tf.tensor1d(counts),
        },
        dictionarySmoothing(c.smoothing, c.form, c.types),
      );
    }
  }
}

describe.each(engines)('on the %s engine', (engine) => {
  beforeAll(async () => {
    await selectEngine(engine);
  });

  test.each(cases)("gives PyTorch's output and gradients: $name", (c) => {
    expect(faultsOf(c, (leaf) => compute(c, leaf))).toEqual([]);
  });
});
