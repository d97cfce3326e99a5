import { countParameters } from '../src/nas/counts.ts';
import { architectureOf, formatGenes } from '../src/nas/space.ts';
import type { SearchParams } from '../schemas/types.ts';
import { writeDocument } from './shared/documents.ts';
import { startExploration } from './shared/exploration.ts';
import { guarded } from './shared/guard.ts';

/** The search that follows training (paper, section 4.4), as schemas/stages/search.json declares. */
export default guarded<SearchParams>(async (context) => {
  const { inputs, outputs } = context;
  const exploration = await startExploration(context);
  const { space, supernet, evaluator } = exploration;
  const ranking = exploration.run(exploration.seedsFrom(inputs.space));
  const [best] = ranking;
  const architecture = architectureOf(space, best.genes);
  const parameters = countParameters(supernet.document.model, architecture);
  const loss = evaluator.loss(architecture);
  exploration.writeRanking(outputs.ranking, ranking);
  writeDocument(outputs.subnet, 'subnet', {
    summary: `${(parameters.layers / 1e6).toFixed(2)} M parameters (layers only), validation loss ${loss.toFixed(3)} with inherited weights`,
    genes: formatGenes(best.genes),
    architecture,
    model: { norm: supernet.document.model.norm, kernels: supernet.document.model.kernels },
    parameters,
    score: best.score,
    loss,
    validation: exploration.validation,
  });
});
