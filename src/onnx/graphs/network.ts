import type { Architecture, ModelConfig } from '../../model/architecture.ts';
import type { Weights } from '../../tensor/parameters.ts';
import type { Dimensions, Value } from '../format/graph.ts';
import type { Matrices } from './matrices.ts';
import { graphMixingOf } from './mixing.ts';
import type { GraphPlace } from './place.ts';
import { mixingPlaceOf } from './stack.ts';

/** What becomes graphs. */
export interface ExportedNetwork {
  config: ModelConfig;
  architecture: Architecture;
  weights: Pick<Weights, 'get'>;
  matrices: Matrices;
}

/** The bytes of a network's `.onnx` files. */
export interface OnnxGraphs {
  encoder: Uint8Array;
  decoder: Uint8Array;
}

/** Of what the encoder gives and the decoder takes, so that one can be fed to the other by name. */
export const names = {
  mask: 'mask',
  memory: (layer: number, name: string) => `memory.${layer}.${name}`,
};

/** What a decoder layer keeps from step to step. */
export interface Cache {
  layer: number;
  /** As its mixing operator calls it. */
  name: string;
  /** As the decoder takes and gives it. */
  past: Value;
  present: Value;
  /** Behind the rows. */
  extents: Dimensions;
}

export function cachesOf(
  network: GraphPlace,
  { config, architecture }: Pick<ExportedNetwork, 'config' | 'architecture'>,
): Cache[] {
  return architecture.decoder.layers.flatMap((layer, i) => {
    const place = mixingPlaceOf(network.below(`decoder.layers.${i}`), config, layer, i);
    return Object.entries(graphMixingOf(layer.operator).caches(place)).map(([name, extents]) => ({
      layer: i,
      name,
      past: `past.${i}.${name}`,
      present: `present.${i}.${name}`,
      extents,
    }));
  });
}
