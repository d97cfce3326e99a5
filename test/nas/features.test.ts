import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Architecture } from '../../src/model/architecture.ts';
import { featureNames, featuresOf } from '../../src/nas/features.ts';
import { architectureOf, paperSpace, sampleGenes } from '../../src/nas/space.ts';
import { RandomStream } from '../../src/tensor/random.ts';

const layer = { operator: 'attention', activation: 'relu' } as const;

describe('features of a network', () => {
  test("are HAT's ten, for the example of its latency predictor", () => {
    // latency_predictor.py, config_example; spans −1 and 1 are one and two layers.
    const architecture: Architecture = {
      encoder: { width: 512, layers: [8, 8, 8, 8, 8, 4].map((heads) => ({ ...layer, heads, inner: 3072 })) },
      decoder: {
        width: 512,
        layers: [
          [2048, 4, 4, 1],
          [3072, 8, 8, 2],
          [3072, 8, 8, 2],
          [3072, 4, 4, 2],
          [1024, 4, 4, 2],
        ].map(([inner, heads, crossHeads, span]) => ({ ...layer, inner, heads, crossHeads, span })),
      },
    };
    expect(featuresOf(architecture, 'hat')).toEqual([512, 6, 3072, 44 / 6, 512, 5, 12288 / 5, 28 / 5, 28 / 5, 9 / 5]);
    const named = Object.fromEntries(
      featureNames('mixed').map((name, i) => [name, featuresOf(architecture, 'mixed')[i]]),
    );
    expect(named).toMatchObject({ 'encoder attention': 1, 'decoder relu': 1, 'encoder light': 0, 'decoder swish': 0 });
  });

  test('with shares have as many names as numbers, and shares of a stack add up to one', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const architecture = architectureOf(paperSpace, sampleGenes(paperSpace, new RandomStream(seed, 'genes')));
        const features = featuresOf(architecture, 'mixed');
        expect(features).toHaveLength(featureNames('mixed').length);
        expect(new Set(featureNames('mixed')).size).toBe(features.length);
        expect(features.slice(0, 10)).toEqual(featuresOf(architecture, 'hat'));
        const sum = (kinds: readonly string[], part: string) =>
          featureNames('mixed').reduce(
            (total, name, i) => total + (kinds.some((kind) => name === `${part} ${kind}`) ? features[i] : 0),
            0,
          );
        for (const part of ['encoder', 'decoder'])
          for (const kinds of [paperSpace.operators, paperSpace.activations])
            expect(sum(kinds, part)).toBeCloseTo(1, 9);
      }),
    );
  });
});
