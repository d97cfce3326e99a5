import type { Weights } from '../tensor/parameters.ts';
import type { Architecture, ModelConfig } from './architecture.ts';
import type { Batch } from './batch.ts';
import { loadNetwork } from './load-network.ts';
import { lossOf, totalOf } from './loss.ts';

/** Mean losses a target token, in nats, without dropout. */
export function validationLoss(
  config: ModelConfig,
  architecture: Architecture,
  weights: Weights,
  batches: readonly Batch[],
  labelSmoothing: number,
): { smoothed: number; likelihood: number } {
  const net = loadNetwork(config, architecture, weights);
  try {
    const { smoothed, likelihood, tokens } = totalOf(batches.map((batch) => lossOf(net, batch, labelSmoothing)));
    return { smoothed: smoothed / tokens, likelihood: likelihood / tokens };
  } finally {
    net.dispose();
  }
}
