import { type Architecture, type ModelConfig } from '../model/architecture.ts';
import { parametersOf } from '../model/parameters.ts';
import { size } from '../tensor/parameters.ts';

/** Numbers of parameters by the three definitions in use (docs/method.md). */
export interface ParameterCounts {
  /** Encoder and decoder layers only: what ShrinkNAS and HAT report. */
  layers: number;
  /** Layers and output projection: what Lite Transformer's table reports. */
  withOutput: number;
  /** Everything that is trained, both embeddings included. */
  total: number;
}

export function countParameters(config: ModelConfig, architecture: Architecture): ParameterCounts {
  const counts = { layers: 0, withOutput: 0, total: 0 };
  for (const { name, shape } of parametersOf(config, architecture)) {
    const n = size(shape);
    counts.total += n;
    if (name.endsWith('.embedding.weight')) continue;
    counts.withOutput += n;
    if (name !== 'output.weight') counts.layers += n;
  }
  return counts;
}
