import type { NetworksDocument, PoolParams } from '../../schemas/types.ts';
import type { ModelConfig } from '../model/architecture.ts';
import { countParameters, extremesByParameters, millions } from '../nas/counts.ts';
import { architectureOf, checkSpace, formatGenes, type Genes, networkKey } from '../nas/space.ts';
import { type EventSink, type Seed, StageError } from '../runner/stage.ts';
import { RandomStream } from '../tensor/random.ts';
import { namedNetworks } from './named-networks.ts';
import { type DrawnNetwork, drawInStrata, type Stratum } from './strata.ts';

export type PooledNetwork = NetworksDocument['networks'][number];

/**
 * Networks drawn by stratum, then those that are named; what there are too few of is a warning.
 * @throws SpaceError, StageError for what does not fit the space, and where there is no network at all
 */
export function makePool(params: PoolParams, seed: Seed, events: EventSink): PooledNetwork[] {
  const { space, kernels, norm, from, to } = params;
  checkSpace(space);
  if (from >= to) throw new StageError(`"from" is ${from} parameters, and must be less than "to", which is ${to}.`);
  // Layers have as many parameters whatever the dictionaries are.
  const config: ModelConfig = { sourceTypes: 1, targetTypes: 1, kernels, norm, dropout: 0, weightDropout: 0 };
  const layersOf = (genes: Genes) => countParameters(config, architectureOf(space, genes)).layers;
  const named = namedNetworks(space, params.named);
  const { networks, exhausted } = drawInStrata(
    space,
    config,
    params,
    new Set(named.map(({ genes }) => networkKey(architectureOf(space, genes)))),
    (...name) => new RandomStream(seed.value, seed.stream, ...name),
  );
  if (networks.length + named.length === 0) {
    const { fewest, most } = extremesByParameters(config, space);
    throw new StageError(
      `No network has ${extent({ from, to })}, or "count" is 0 and none is named: those of the space have `
        + `${extent({ from: layersOf(fewest), to: layersOf(most) })}.`,
    );
  }
  exhausted.forEach((stratum) => events.log(shortage(stratum, networks, params.draws), 'warning'));
  if (networks.length < params.count)
    events.log(`${networks.length} networks were drawn instead of ${params.count}`, 'warning');
  return [
    ...networks.map(({ genes, stratum, parameters }) => ({ genes: formatGenes(genes), stratum, parameters })),
    ...named.map(({ name, genes }) => ({ genes: formatGenes(genes), name, parameters: layersOf(genes) })),
  ];
}

function shortage(stratum: Stratum, networks: readonly DrawnNetwork[], draws: number): string {
  const found = networks.filter((network) => network.stratum === stratum).length;
  const where = `of ${extent(stratum)} with a decoder of width ${stratum.width}`;
  return found === 0
    ? `No network ${where} in ${draws} draws: the stratum stays empty.`
    : `No more than ${found} networks ${where} in ${draws} draws: other strata give more.`;
}

function extent({ from, to }: Pick<Stratum, 'from' | 'to'>): string {
  return `${millions(from, 3)} to ${millions(to, 3)} parameters (layers only)`;
}
