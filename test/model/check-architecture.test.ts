import { describe, expect, test } from '@jest/globals';
import type { Architecture } from '../../src/model/architecture.ts';
import { ArchitectureError, checkArchitecture } from '../../src/model/check-architecture.ts';
import { tinyArchitecture } from '../support/network.ts';

function changed(change: (architecture: Architecture) => void): () => void {
  const architecture = tinyArchitecture('attention');
  change(architecture);
  return () => checkArchitecture(architecture);
}

describe('checking an architecture', () => {
  test('accepts those that compute', () => {
    expect(changed(() => undefined)).not.toThrow();
    expect(changed(({ encoder }) => (encoder.layers[0].operator = 'lsra-light'))).not.toThrow();
    // Heads divide query, key and value, and these have a width of their own here.
    const wide = (architecture: Architecture) => {
      architecture.attentionWidth = 15;
      const { encoder, decoder } = architecture;
      for (const layer of [...encoder.layers, ...decoder.layers]) layer.heads = 3;
      for (const layer of decoder.layers) layer.crossHeads = 5;
    };
    expect(changed(wide)).not.toThrow();
  });

  test.each<[string, (architecture: Architecture) => void, string]>([
    [
      'heads that do not divide a width',
      ({ encoder }) => (encoder.layers[1].heads = 3),
      'encoder layer 1 has a width of 8, which does not divide into 3 heads',
    ],
    [
      'heads that do not divide half a width',
      ({ encoder }) => Object.assign(encoder.layers[0], { operator: 'lsra-dynamic', heads: 8 }),
      'encoder layer 0 has a width of 8, which does not divide into 16 parts',
    ],
    [
      'cross-attention heads',
      ({ decoder }) => (decoder.layers[0].crossHeads = 5),
      'decoder layer 0 has a width of 12, which does not divide into 5 cross-attention heads',
    ],
    [
      'heads that do not divide the width of query, key and value',
      (architecture) => (architecture.attentionWidth = 15),
      'encoder layer 0 has an attention width of 15, which does not divide into 2 heads',
    ],
    [
      'heads of a convolution, whatever the width of query, key and value',
      (architecture) => {
        architecture.attentionWidth = 12;
        Object.assign(architecture.encoder.layers[0], { operator: 'light', heads: 3 });
      },
      'encoder layer 0 has a width of 8, which does not divide into 3 heads',
    ],
    [
      'a span beyond the encoder',
      ({ decoder }) => (decoder.layers[0].span = 3),
      'decoder layer 0 sees 3 encoder layers, and there are 2',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(changed(change)).toThrow(ArchitectureError);
    expect(changed(change)).toThrow(message);
  });
});
