import { describe, expect, test } from '@jest/globals';
import type { Architecture, ModelConfig } from '../../../src/model/architecture.ts';
import type { Operator } from '../../../src/model/mixing/operators.ts';
import { countOperations } from '../../../src/nas/costs/operations.ts';

const config: ModelConfig = {
  sourceTypes: 8848,
  targetTypes: 6632,
  kernels: [3, 7, 15, 31, 31, 31],
  norm: 'post',
  dropout: 0,
  weightDropout: 0,
};

function uniform(operator: Operator, width: number, inner: number, encoderLayers = 6): Architecture {
  const layer = { operator, heads: 4, inner, activation: 'relu' as const };
  return {
    encoder: { width, layers: Array(encoderLayers).fill(layer) },
    decoder: { width, layers: Array(6).fill({ ...layer, crossHeads: 4, span: 1 }) },
  };
}

describe('multiply-adds at 30 tokens a side', () => {
  // Lite Transformer (Wu et al. 2019b), the table for IWSLT'14 De-En, in millions.
  test.each([
    ['Transformer', uniform('attention', 128, 256), 63],
    ['Transformer', uniform('attention', 192, 384), 139],
    ['Transformer', uniform('attention', 240, 480), 215],
    ['LightConv', uniform('light', 128, 256, 7), 52],
    ['LightConv', uniform('light', 192, 384, 7), 115],
    ['LightConv', uniform('light', 256, 512, 7), 204],
    ['Lite Transformer', uniform('lsra-light', 160, 160), 54],
    ['Lite Transformer', uniform('lsra-light', 240, 240), 119],
    ['Lite Transformer', uniform('lsra-light', 320, 320), 209],
  ])('of %s are those that its paper prints, to half a per cent', (_, architecture, millions) => {
    const { layers } = countOperations(config, architecture, { source: 30, target: 30 });
    expect(Math.abs(layers / 1e6 - millions)).toBeLessThan(0.005 * millions + 0.5);
  });

  test('of the output projection are one of its weights a token', () => {
    expect(countOperations(config, uniform('attention', 128, 256), { source: 5, target: 3 }).output).toBe(
      3 * 128 * 6632,
    );
  });

  test('of a wider cross-attention grow with what it sees', () => {
    const narrow = uniform('attention', 8, 8);
    const wide: Architecture = {
      ...narrow,
      decoder: { ...narrow.decoder, layers: narrow.decoder.layers.map((layer) => ({ ...layer, span: 3 })) },
    };
    const count = (architecture: Architecture) =>
      countOperations(config, architecture, { source: 7, target: 5 }).layers;
    // Two more encoder outputs, for each of 6 layers: keys and values of 7 tokens, and two
    // products of 5 steps with them.
    expect(count(wide) - count(narrow)).toBe(6 * (2 * 14 * 8 * 8 + 2 * 5 * 14 * 8));
  });
});
