import { type Architecture, type ModelConfig } from '../model/architecture.ts';
import { parametersOf } from '../model/parameters.ts';
import { type Parameter, size } from '../tensor/parameters.ts';
import { architectureOf, extremeGenes, genePositions, type Genes, type Space } from './space.ts';
import { supernetParameters } from './supernet.ts';

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
  return tally(parametersOf(config, architecture));
}

/** Of the whole supernet: every operator of every layer at its full size. */
export function countSupernet(config: ModelConfig, space: Space): ParameterCounts {
  return tally(supernetParameters(config, space));
}

/**
 * The subnets of a space with the fewest and the most parameters, by all three definitions at once. Counts grow with
 * every size, whatever the operators; and where the sizes are given, what a layer adds depends on its own operator
 * alone. So sizes are chosen first, and then each layer's operator by itself.
 */
export function extremesByParameters(config: ModelConfig, space: Space): { fewest: Genes; most: Genes } {
  const { smallest, largest } = extremeGenes(space);
  return { fewest: chooseOperators(config, space, smallest, -1), most: chooseOperators(config, space, largest, 1) };
}

/** @param sign −1 for the fewest parameters, 1 for the most */
function chooseOperators(config: ModelConfig, space: Space, sizes: Genes, sign: 1 | -1): Genes {
  return genePositions(space).reduce<Genes>((genes, { field, choices }, position) => {
    if (field !== 'operator') return genes;
    const candidates = choices.map((_, choice) => genes.with(position, choice));
    const counts = candidates.map(
      (candidate) => sign * countParameters(config, architectureOf(space, candidate)).layers,
    );
    return candidates[counts.indexOf(Math.max(...counts))];
  }, sizes);
}

function tally(parameters: readonly Parameter[]): ParameterCounts {
  const counts = { layers: 0, withOutput: 0, total: 0 };
  for (const { name: stored, shape } of parameters) {
    const [name] = stored.split('@');
    const n = size(shape);
    counts.total += n;
    if (name.endsWith('.embedding.weight')) continue;
    counts.withOutput += n;
    if (name !== 'output.weight') counts.layers += n;
  }
  return counts;
}

/** `3.51 M`. */
export function millions(count: number, digits = 2): string {
  return `${(count / 1e6).toFixed(digits)} M`;
}
