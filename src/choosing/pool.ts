import type { Architecture, ModelConfig } from '../model/architecture.ts';
import { countParameters, extremesByParameters } from '../nas/counts.ts';
import { genesNamed } from '../nas/named-genes.ts';
import { binOf, inTurns } from '../nas/search/quotas.ts';
import { architectureOf, type Genes, networkKey, sampleGenes, type Space } from '../nas/space.ts';
import { type Seed, StageError } from '../runner/stage.ts';
import { RandomStream } from '../tensor/random.ts';
import { explainLimits } from '../exploration/limits.ts';
import type { SizeWindow } from './windows.ts';

/** Why a candidate is in the pool. */
export type CandidateOrigin =
  /** Its place, from 1. */
  | { from: 'ranking' | 'sample-space'; place: number }
  /** Drawn for a stratum that nothing listed fills; drawn from everything within the bounds; asked for by name. */
  | { from: 'stratum' | 'random' | 'named' };

export interface Candidate {
  genes: Genes;
  architecture: Architecture;
  /** Parameters of the layers. */
  layers: number;
  origin: CandidateOrigin;
}

export interface PoolRequest {
  space: Space;
  model: ModelConfig;
  windows: readonly SizeWindow[];
  /** Candidates to prefer, in order. */
  listed: readonly { genes: Genes; origin: CandidateOrigin }[];
  /** Genes, or `smallest` or `largest`. */
  named: readonly string[];
  /** Candidates for each window, those by name not counted. */
  count: number;
  /** Share of them that is drawn from everything within the bounds. */
  random: number;
  /** Strata of size within a window. */
  sizeBins: number;
  seed: Seed;
}

/**
 * Candidates to be trained, each network once. For each window they come evenly from strata of decoder width and size:
 * first what is listed, in its order, then random networks. A listing that knows one width only cannot fill the pool.
 * @throws StageError where a window has no candidate, or a named one is in no window
 */
export function fillPool(request: PoolRequest): Candidate[] {
  const pool = new Map<string, Candidate>();
  for (const window of request.windows) {
    for (const candidate of candidatesOf(request, window)) add(pool, candidate);
  }
  for (const name of request.named) {
    const candidate = candidateOf(request, { genes: genesNamed(request.space, name), origin: { from: 'named' } });
    if (!request.windows.some(({ costs }) => costs.accepts(candidate.architecture))) {
      throw new StageError(`The named network ${name} is beyond the bounds: leave it out, or move them.`);
    }
    add(pool, candidate);
  }
  const candidates = [...pool.values()];
  for (const window of request.windows) {
    if (candidates.some(({ architecture }) => window.costs.accepts(architecture))) continue;
    throw new StageError(explain(request, window));
  }
  return candidates;
}

function candidatesOf(request: PoolRequest, window: SizeWindow): Candidate[] {
  const { count, random } = request;
  const chosen = new Map<string, Candidate>();
  const byQuota = count - Math.round(random * count);
  const take = (candidates: readonly Candidate[], most: number) => {
    for (const candidate of candidates) {
      if (chosen.size >= most) break;
      if (window.costs.accepts(candidate.architecture)) add(chosen, candidate);
    }
  };
  const sizes = sizesOf(request, window);
  take(byStrata(request, sizes), byQuota);
  take(drawn(request, sizes, 'random'), count);
  return [...chosen.values()];
}

/** Bounds on parameters, those of the space where the window has none. */
function sizesOf({ model, space }: PoolRequest, { floor, limit }: SizeWindow): Sizes {
  const { fewest, most } = extremesByParameters(model, space);
  const layersOf = (genes: Genes) => countParameters(model, architectureOf(space, genes)).layers;
  return { floor: floor ?? layersOf(fewest), limit: limit ?? layersOf(most) };
}

/** All that is listed and then drawn within these sizes, evenly from their strata. */
function byStrata(request: PoolRequest, sizes: Sizes): Candidate[] {
  const within = new Map<string, Candidate>();
  const listed = request.listed.map((item) => candidateOf(request, item)).filter(isWithin(sizes));
  for (const candidate of [...listed, ...drawn(request, sizes, 'stratum')]) add(within, candidate);
  return inTurns(
    [...within.values()],
    ({ architecture, layers }) => `${architecture.decoder.width} ${binOf(layers, sizes, request.sizeBins)}`,
  );
}

/** So many networks are drawn for each that is needed: all strata but the rarest then have some. */
const drawnFor = 4;

/** More draws for each network do not find what so many did not. */
const mostDraws = 200;

/**
 * Random networks within these sizes. The draws are the same for every window, so that what fits several is trained
 * once; and no more of them than may be measured, where a cost is expensive.
 */
function drawn(request: PoolRequest, sizes: Sizes, from: 'stratum' | 'random'): Candidate[] {
  const { space, count, seed } = request;
  const random = new RandomStream(seed.value, seed.stream, 'pool', from);
  const found = new Map<string, Candidate>();
  for (let draws = 0; draws < mostDraws * count && found.size < drawnFor * count; draws++) {
    const candidate = candidateOf(request, { genes: sampleGenes(space, random), origin: { from } });
    if (isWithin(sizes)(candidate)) add(found, candidate);
  }
  return [...found.values()];
}

function candidateOf(
  { space, model }: PoolRequest,
  { genes, origin }: { genes: Genes; origin: CandidateOrigin },
): Candidate {
  const architecture = architectureOf(space, genes);
  return { genes, architecture, layers: countParameters(model, architecture).layers, origin };
}

/** Parameters of the layers. */
interface Sizes {
  floor: number;
  limit: number;
}

function isWithin({ floor, limit }: Sizes): (candidate: Candidate) => boolean {
  return ({ layers }) => layers >= floor && layers <= limit;
}

/** Genes that are not active make no other network. */
function add(pool: Map<string, Candidate>, candidate: Candidate): void {
  const network = networkKey(candidate.architecture);
  if (!pool.has(network)) pool.set(network, candidate);
}

/** That a window has no candidate, and how close some come. */
function explain({ space, listed, count, seed }: PoolRequest, { costs }: SizeWindow): string {
  const random = new RandomStream(seed.value, seed.stream, 'pool', 'stratum');
  const some = Array.from({ length: count }, () => sampleGenes(space, random));
  return explainLimits({ space, seeds: [...listed.map(({ genes }) => genes), ...some] }, costs);
}

/** `24 candidates: 15 ranking, 9 stratum`. */
export function poolSummary(pool: readonly Candidate[]): string {
  const counts = new Map<string, number>();
  for (const { origin } of pool) counts.set(origin.from, (counts.get(origin.from) ?? 0) + 1);
  return `${pool.length} candidates: ${[...counts].map(([from, count]) => `${count} ${from}`).join(', ')}`;
}
