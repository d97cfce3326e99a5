import type { SearchParams } from '../schemas/types.ts';
import { writeBestSubnet } from '../src/exploration/best-subnet.ts';
import { evolutionOptions } from '../src/exploration/evolution-options.ts';
import { Exploration } from '../src/exploration/exploration.ts';
import { writeRanking } from '../src/exploration/ranking.ts';
import { strategies } from '../src/nas/search/strategies.ts';
import { guarded } from '../src/stage/guard.ts';

/** The search that follows training (paper, section 4.4), as schemas/stages/search.json declares. */
export default guarded<SearchParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const options = evolutionOptions(params);
  const exploration = await Exploration.open(context);
  const ranking = exploration.search(strategies[params.strategy](options), inputs.space, options.population);
  writeRanking(outputs.ranking, exploration, ranking);
  writeBestSubnet(outputs.subnet, exploration, ranking);
});
