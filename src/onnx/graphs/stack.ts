import type { Activation } from '../../tensor/ops/attributes.ts';
import { type EncoderLayer, kernelOf, type ModelConfig } from '../../model/architecture.ts';
import type { Value } from '../format/graph.ts';
import type { GraphMixingPlace } from './mixing.ts';
import type { GraphPlace } from './place.ts';
import { positionVectors } from './positions.ts';

/** A sub-layer with its residual, the norm after the sum or before the sub-layer. */
export function residual(
  place: GraphPlace,
  { norm }: ModelConfig,
  name: string,
  x: Value,
  sublayer: (x: Value) => Value,
): Value {
  const { graph } = place;
  if (norm === 'pre') return graph.add(x, sublayer(place.norm(name, x)));
  return place.norm(name, graph.add(x, sublayer(x)));
}

/** √d · E[id] + P[position] for `ids [rows, time]` and positions that broadcast with them. */
export function embedded(
  place: GraphPlace,
  { positionsWidth }: ModelConfig,
  width: number,
  ids: Value,
  positions: Value,
): { tokens: Value; positions: Value } {
  return {
    tokens: place.rows('embedding.weight', ids, Math.sqrt(width)),
    positions: positionVectors(place.graph, positions, width, positionsWidth ?? width),
  };
}

export function feedForward(place: GraphPlace, activation: Activation, x: Value): Value {
  const below = place.below('feed-forward');
  return below.linear('down', activated(below, activation, below.linear('up', x)));
}

function activated({ graph }: GraphPlace, activation: Activation, x: Value): Value {
  switch (activation) {
    case 'relu':
      return graph.node('Relu', [x]);
    case 'leaky-relu':
      return graph.node('LeakyRelu', [x], { alpha: { float: 0.01 } });
    case 'swish':
      return graph.mul(x, graph.node('Sigmoid', [x]));
  }
}

/** Where the mixing operator of layer `i` stands. */
export function mixingPlaceOf(
  place: GraphPlace,
  config: ModelConfig,
  { operator, heads }: EncoderLayer,
  i: number,
): GraphMixingPlace {
  return { place: place.below(operator), heads, kernel: kernelOf(config, i) };
}
