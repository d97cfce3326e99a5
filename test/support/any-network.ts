import fc from 'fast-check';
import { activations } from '../../src/tensor/ops/attributes.ts';
import type { Architecture, ModelConfig } from '../../src/model/architecture.ts';
import { type Operator, operatorNames } from '../../src/model/mixing/operators.ts';
import { ParameterSet } from '../../src/tensor/parameter-set.ts';
import { randomWeights, type Stack, tinyConfig } from './network.ts';

/** A network that takes its weights from `sharedWeights`, and a seed for what it is to read. */
export interface DrawnNetwork {
  config: ModelConfig;
  architecture: Architecture;
  seed: number;
}

/** Tokens of a sentence, `</s>` included: fewer than the wider kernels have taps. */
export const shortLength = fc.integer({ min: 1, max: 9 });
/** At times more than any has. */
export const length = fc.oneof(
  { weight: 9, arbitrary: shortLength },
  { weight: 1, arbitrary: fc.integer({ min: 33, max: 37 }) },
);

const [widths, attentionWidths, heads, inner, kernels] = [
  [8, 16],
  [8, 24],
  [1, 2, 4],
  [8, 12, 20],
  [1, 3, 7, 15, 31],
];
const depth = operatorNames.length;

const cell = {
  heads: fc.constantFrom(...heads),
  inner: fc.constantFrom(...inner),
  activation: fc.constantFrom(...activations),
};
const encoderCell = fc.record(cell);
const decoderCell = fc.record({ ...cell, crossHeads: fc.constantFrom(...heads), span: fc.integer({ min: 1, max: 3 }) });

/**
 * Networks of a stack that differ in all else: norm, kernels, widths, heads, spans. A mixed one has
 * all operatorNames on either side.
 */
export function anyNetwork(stack: Stack): fc.Arbitrary<DrawnNetwork> {
  const order: fc.Arbitrary<Operator[]> =
    stack === 'mixed'
      ? fc.shuffledSubarray([...operatorNames], { minLength: depth })
      : fc.constant([stack, stack, stack]);
  const layers = <Cell extends object>(each: fc.Arbitrary<Cell>): fc.Arbitrary<(Cell & { operator: Operator })[]> =>
    order.chain((names) => fc.tuple(...names.map((operator) => each.map((drawn) => ({ ...drawn, operator })))));
  const width = fc.constantFrom(...widths);
  return fc.record({
    config: fc
      .record({ norm: fc.constantFrom('post', 'pre'), kernels: fc.shuffledSubarray(kernels, { minLength: 2 }) })
      .map((drawn): ModelConfig => ({ ...tinyConfig, ...drawn })),
    architecture: fc.record(
      {
        attentionWidth: fc.constantFrom(...attentionWidths),
        encoder: fc.record({ width, layers: layers(encoderCell) }),
        decoder: fc.record({ width, layers: layers(decoderCell) }),
      },
      { requiredKeys: ['encoder', 'decoder'] },
    ),
    seed: fc.nat(1e6),
  });
}

/**
 * Weights of which every drawn network's are corners, as a supernet's are: drawing them for each
 * anew would take most of the time.
 */
export function sharedWeights(): ParameterSet {
  const set = new ParameterSet();
  const config: ModelConfig = { ...tinyConfig, norm: 'pre', kernels: kernels.slice(-1) };
  const most = Math.max(...heads);
  const largest = { heads: most, crossHeads: most, inner: Math.max(...inner), activation: 'relu', span: 1 } as const;
  for (const operator of operatorNames) {
    const side = {
      width: Math.max(...widths),
      layers: Array.from({ length: depth }, () => ({ ...largest, operator })),
    };
    const attentionWidth = Math.max(...attentionWidths);
    for (const [name, entry] of randomWeights(config, { attentionWidth, encoder: side, decoder: side }).entries)
      set.entries.set(name, entry);
  }
  return set;
}
