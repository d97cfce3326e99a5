import * as tf from '@tensorflow/tfjs-core';
import type { Architecture, ModelPart } from '../../model/architecture.ts';
import type { Batch } from '../../model/batch.ts';
import type { Network } from '../../model/network.ts';
import type { Operator } from '../../model/mixing/operators.ts';
import { loadNetwork } from '../../model/load-network.ts';
import { largestArchitectures, type Space } from '../space.ts';
import type { MeasuredSupernet } from '../supernet.ts';
import { countTokens, rowDivergences, rowVariances, standardise, tidied, tokenRows } from './rows.ts';
import { decoderStack, encoderStack, inputsOf, type Stack } from './stack.ts';

/** A choice for a mixing operator. */
export interface OperatorChoice {
  operator: Operator;
  heads: number;
}

/** One choice in place of another. */
export interface Substitution {
  before: OperatorChoice;
  after: OperatorChoice;
}

/** A substitution in the mixing operator of one layer (paper, section 3.2). */
export interface SublayerDivergence {
  part: ModelPart;
  layer: number;
  /** Dᵢ: mean squared difference of the two outputs for the same input, each token's normalised. */
  divergence: number;
  /** βᵢᵢ², the output's share of the variance of the residual sum: var(aᵢ) / var(x + aᵢ), mean over tokens. */
  share: number;
  /** βᵢᵢ² Dᵢ, what equation 1 expects of the stack's output. */
  predicted: number;
  /** Var[F − F*], F the stack's output with each token's normalised. */
  measured: number;
}

/** A substitution in all layers of a stack at once. */
export interface StackDivergence {
  part: ModelPart;
  /** Equation 1: Σ βᵢᵢ² Dᵢ, with Dᵢ at the inputs that the layers get in the substituted network. */
  predicted: number;
  measured: number;
}

export interface SubstitutionDivergence {
  sublayers: SublayerDivergence[];
  everywhere: StackDivergence[];
}

/** Where in a network. */
export interface Place {
  part: ModelPart;
  layer: number;
}

/**
 * Figure 1 in figures, and both sides of equation 1, for a substitution in a subnet that has
 * `before` everywhere and full size.
 */
export function substitutionDivergence(
  terms: MeasuredSupernet,
  space: Space,
  substitution: Substitution,
): SubstitutionDivergence {
  return withNetworks(terms, space, substitution, (before, after) => {
    const totals = new Map<ModelPart, StackSums>();
    for (const batch of terms.batches) {
      tidied(() => {
        for (const { stack, inputs } of stacksOf(before, batch)) {
          const sums = totals.get(stack.part) ?? emptySums(stack.layers);
          totals.set(stack.part, sums);
          addStack(sums, stack, inputs, before, after);
        }
      });
    }
    const parts = [...totals].map(([part, sums]) => summarise(part, sums));
    return {
      sublayers: parts.flatMap(({ sublayers }) => sublayers),
      everywhere: parts.map(({ everywhere }) => everywhere),
    };
  });
}

/** Figure 1: |âᵢ − âᵢ*| of every token and channel, `[tokens][d]`, at one place of the same network. */
export function heatMap(
  terms: Omit<MeasuredSupernet, 'batches'>,
  space: Space,
  substitution: Substitution,
  { part, layer }: Place,
  batch: Batch,
): number[][] {
  return withNetworks(terms, space, substitution, (before, after) =>
    tidied(() => {
      const { stack, inputs } = stacksOf(before, batch).find((found) => found.stack.part === part)!;
      const { width } = before.architecture[part];
      const [one, other] = [before, after].map((net) =>
        standardise(tokenRows(stack.mixing(net, layer, inputs[layer]), stack.ids), width),
      );
      return Array.from({ length: one.length / width }, (_, token) =>
        Array.from(one.subarray(token * width, (token + 1) * width), (value, i) =>
          Math.abs(value - other[token * width + i]),
        ),
      );
    }),
  );
}

/** Full size in everything, and one variant in all layers. */
export function uniformArchitecture(space: Space, { operator, heads }: OperatorChoice): Architecture {
  const [{ encoder, decoder }] = largestArchitectures({ ...space, operators: [operator] });
  return {
    encoder: { ...encoder, layers: encoder.layers.map((layer) => ({ ...layer, heads })) },
    decoder: { ...decoder, layers: decoder.layers.map((layer) => ({ ...layer, heads })) },
  };
}

function withNetworks<T>(
  { config, weights }: Omit<MeasuredSupernet, 'batches'>,
  space: Space,
  { before, after }: Substitution,
  use: (before: Network, after: Network) => T,
): T {
  const networks = [before, after].map((variant) => loadNetwork(config, uniformArchitecture(space, variant), weights));
  try {
    return use(networks[0], networks[1]);
  } finally {
    networks.forEach((net) => net.dispose());
  }
}

/** A network's two stacks on a batch, with the inputs of its layers. */
function stacksOf(net: Network, batch: Batch): { stack: Stack; inputs: tf.Tensor[] }[] {
  const encoder = encoderStack(net, batch);
  const encoderInputs = inputsOf(encoder, net);
  const decoder = decoderStack(net, batch, encoderInputs);
  return [
    { stack: encoder, inputs: encoderInputs },
    { stack: decoder, inputs: inputsOf(decoder, net) },
  ];
}

/** Sums over tokens; the arrays have a sum for each layer. */
interface StackSums {
  tokens: number;
  divergence: Float64Array;
  /** The same, with the input that the layer gets in the substituted network. */
  divergenceAfter: Float64Array;
  share: Float64Array;
  measured: Float64Array;
  measuredEverywhere: number;
}

function emptySums(layers: number): StackSums {
  const zeros = () => new Float64Array(layers);
  return {
    tokens: 0,
    divergence: zeros(),
    divergenceAfter: zeros(),
    share: zeros(),
    measured: zeros(),
    measuredEverywhere: 0,
  };
}

/** @param inputs of the layers in the network `before` */
function addStack(sums: StackSums, stack: Stack, inputs: readonly tf.Tensor[], before: Network, after: Network): void {
  const { width } = before.architecture[stack.part];
  const rows = (compute: () => tf.Tensor) => tidied(() => tokenRows(compute(), stack.ids));
  const divergence = (a: Float32Array, b: Float32Array) => sumOf(rowDivergences(a, b, width));
  const output = rows(() => stack.finish(before, inputs[stack.layers]));
  const substituted = inputsOf(stack, after);
  sums.tokens += countTokens(stack.ids);
  sums.measuredEverywhere += divergence(
    output,
    rows(() => stack.finish(before, substituted[stack.layers])),
  );
  for (let i = 0; i < stack.layers; i++) {
    const mixed = (net: Network, x: tf.Tensor) => rows(() => stack.mixing(net, i, x));
    const a = mixed(before, inputs[i]);
    sums.divergence[i] += divergence(a, mixed(after, inputs[i]));
    sums.divergenceAfter[i] += divergence(mixed(before, substituted[i]), mixed(after, substituted[i]));
    const residual = rowVariances(
      rows(() => tf.add(inputs[i], stack.mixing(before, i, inputs[i]))),
      width,
    );
    sums.share[i] += sumOf(rowVariances(a, width).map((variance, token) => variance / residual[token]));
    sums.measured[i] += divergence(
      output,
      rows(() => {
        let x = stack.layer(after, i, inputs[i]);
        for (let above = i + 1; above < stack.layers; above++) x = stack.layer(before, above, x);
        return stack.finish(before, x);
      }),
    );
  }
}

function summarise(part: ModelPart, sums: StackSums): { sublayers: SublayerDivergence[]; everywhere: StackDivergence } {
  const mean = (sum: number) => sum / sums.tokens;
  const sublayers = Array.from(sums.divergence, (sum, layer): SublayerDivergence => {
    const [divergence, share] = [mean(sum), mean(sums.share[layer])];
    return { part, layer, divergence, share, predicted: share * divergence, measured: mean(sums.measured[layer]) };
  });
  const predicted = sublayers.reduce((sum, { share, layer }) => sum + share * mean(sums.divergenceAfter[layer]), 0);
  return { sublayers, everywhere: { part, predicted, measured: mean(sums.measuredEverywhere) } };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
