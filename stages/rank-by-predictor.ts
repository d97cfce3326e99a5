import type { RankByPredictorParams } from '../schemas/types.ts';
import { writeBestSubnet } from '../src/exploration/best-subnet.ts';
import { Exploration } from '../src/exploration/exploration.ts';
import { writeRanking } from '../src/exploration/ranking.ts';
import { ranker, type RankerOptions } from '../src/nas/search/ranker.ts';
import { guarded } from '../src/stage/guard.ts';

/** RankNAS's search, as schemas/stages/rank-by-predictor.json declares. */
export default guarded<RankByPredictorParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { labels, objective, features, keep, importantFeatures, importance } = params;
  const exploration = await Exploration.open({
    ...context,
    // The ranker learns from the whole loss of each network, and ranks all of them together.
    params: { ...params, racing: false, strata: 'none' },
  });
  const strategy = ranker({
    labels,
    objective,
    features,
    keep,
    candidates: candidatesOf(params),
    ...(importantFeatures !== undefined && { prune: { features: importantFeatures, by: importance } }),
    onFitted({ tau, networks, features: kept }) {
      events.log(
        `the ranker orders ${networks} networks that it was not fitted to with Kendall's τ ${tau?.toFixed(3) ?? 'undefined'}`,
      );
      if (kept)
        events.log(`candidates differ by ${kept.join(', ')}; all else is as in the best of the labelled networks`);
      if (tau !== undefined) events.metric({ tau, networks });
    },
  });
  const ranking = exploration.search(strategy, inputs.space, labels);
  writeRanking(outputs.ranking, exploration, ranking);
  writeBestSubnet(outputs.subnet, exploration, ranking);
});

/** Generations of bred candidates. */
const generations = 100;

/** Bred ones with the shares of the paper's Algorithm 1. */
function candidatesOf({ propose, candidates }: RankByPredictorParams): RankerOptions['candidates'] {
  if (propose === 'random') return { random: candidates };
  const population = Math.ceil(candidates / generations);
  return {
    population,
    iterations: generations,
    parents: 0.3,
    mutants: 0.4,
    crossovers: 0.3,
    mutationProbability: 0.4,
  };
}
