import type { SearchParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { evolutionOptions } from '../src/exploration/evolution-options.ts';
import { Exploration } from '../src/exploration/exploration.ts';
import { writeRanking } from '../src/exploration/ranking.ts';
import { countParameters, millions } from '../src/nas/counts.ts';
import { strategies } from '../src/nas/search/strategies.ts';
import { architectureOf, formatGenes } from '../src/nas/space.ts';
import { guarded } from '../src/stage/guard.ts';

/** The search that follows training (paper, section 4.4), as schemas/stages/search.json declares. */
export default guarded<SearchParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const options = evolutionOptions(params);
  const exploration = await Exploration.open(context);
  const ranking = exploration.search(strategies[params.strategy](options), inputs.space, options.population);
  writeRanking(outputs.ranking, exploration, ranking);

  const {
    supernet: {
      space,
      document: { model },
    },
    validation,
  } = exploration;
  const [{ genes, score }] = ranking;
  const architecture = architectureOf(space, genes);
  const parameters = countParameters(model, architecture);
  const loss = exploration.inheritedLoss(architecture);
  writeDocument(outputs.subnet, 'subnet', {
    summary:
      `${millions(parameters.layers)} parameters (layers only), validation loss ${loss.toFixed(3)} with inherited `
      + 'weights',
    genes: formatGenes(genes),
    architecture,
    model: { norm: model.norm, kernels: model.kernels },
    parameters,
    score,
    loss,
    validation,
  });
});
