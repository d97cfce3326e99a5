import type { Architecture, ModelConfig } from '../../model/architecture.ts';
import type { Batch } from '../../model/batch.ts';
import { decode } from '../../model/decoder.ts';
import { encode } from '../../model/encoder.ts';
import { loadNetwork } from '../../model/load-network.ts';
import type { Weights } from '../../tensor/parameters.ts';
import type { MeasuredSupernet } from '../supernet.ts';
import { logitMetric } from './logit-metric.ts';
import { type PairMatrix, PairwiseDivergence } from './pairwise.ts';
import { standardise, tidied, tokenRows } from './rows.ts';

export interface PopulationDivergence {
  /** Of the logits, each token's normalised over the dictionary: comparable whatever the networks' widths. */
  logits: PairMatrix;
  /** The same of networks whose decoders are as wide, which share the output matrix; NaN for others. */
  equalWidths: PairMatrix;
  /** Of the decoder's last features, each token's normalised; NaN for networks whose decoders differ in width. */
  features: PairMatrix;
}

/**
 * Divergence of every pair of networks with a supernet's weights (paper, section 6.2 and figure 4): mean squared
 * difference of normalised outputs for the same input, without dropout, over target tokens.
 *
 * All networks' features of one batch, `networks · tokens · width` floats, are in memory at a time.
 *
 * @param onEvaluated called as each network has computed a batch
 */
export function populationDivergence(
  { config, weights, batches }: MeasuredSupernet,
  architectures: readonly Architecture[],
  onEvaluated: () => void = () => {},
): PopulationDivergence {
  const logits = new PairwiseDivergence(architectures.length, logitMetric(weights.get('output.weight')));
  const groups = sameWidth(architectures).map((group) => ({
    ...group,
    pairs: new PairwiseDivergence(group.members.length, { size: group.width }),
  }));
  for (const batch of batches) {
    const features = architectures.map((architecture) => {
      const rows = lastFeatures(config, architecture, weights, batch);
      onEvaluated();
      return rows;
    });
    logits.add(features, batch.tokens);
    for (const { width, members, pairs } of groups) {
      pairs.add(
        members.map((member) => standardise(features[member], width)),
        batch.tokens,
      );
    }
  }
  const ofLogits = logits.result();
  return {
    logits: ofLogits,
    equalWidths: withinGroups(ofLogits, groups),
    features: scatter(architectures.length, groups),
  };
}

/** The decoder's last features at target tokens, `[tokens, d]`. */
function lastFeatures(
  config: ModelConfig,
  architecture: Architecture,
  weights: Weights,
  { source, input, size }: Batch,
): Float32Array {
  const net = loadNetwork(config, architecture, weights);
  try {
    return tidied(() => tokenRows(decode(net, encode(net, source, size), input, size), input));
  } finally {
    net.dispose();
  }
}

interface WidthGroup {
  width: number;
  /** Indices of its networks. */
  members: number[];
}

function sameWidth(architectures: readonly Architecture[]): WidthGroup[] {
  const groups = new Map<number, number[]>();
  architectures.forEach(({ decoder: { width } }, i) => groups.set(width, [...(groups.get(width) ?? []), i]));
  return [...groups].map(([width, members]) => ({ width, members }));
}

function withinGroups({ networks, values }: PairMatrix, groups: readonly WidthGroup[]): PairMatrix {
  const within = new Float64Array(values.length).fill(NaN);
  for (const { members } of groups)
    for (const i of members) for (const j of members) within[i * networks + j] = values[i * networks + j];
  return { networks, values: within };
}

function scatter(networks: number, groups: readonly (WidthGroup & { pairs: PairwiseDivergence })[]): PairMatrix {
  const values = new Float64Array(networks * networks).fill(NaN);
  for (const { members, pairs } of groups) {
    const among = pairs.result().values;
    members.forEach((i, row) =>
      members.forEach((j, column) => {
        values[i * networks + j] = among[row * members.length + column];
      }),
    );
  }
  return { networks, values };
}
