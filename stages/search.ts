import { countParameters } from '../src/nas/counts.ts';
import { distinct } from '../src/nas/evolution.ts';
import { architectureOf, formatGenes, sampleGenes } from '../src/nas/space.ts';
import { RandomStream } from '../src/tensor/random.ts';
import { StageError } from '../src/runner/stage.ts';
import type { SearchParams } from '../schemas/types.ts';
import { readSampleSpace, writeDocument } from './shared/documents.ts';
import { startExploration } from './shared/exploration.ts';
import { guarded } from './shared/guard.ts';

/** The search that follows training (paper, section 4.4), as schemas/stages/search.json declares. */
export default guarded<SearchParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const seed = context.seed!;
  const exploration = await startExploration(context);
  const { space, supernet, evaluator } = exploration;
  const random = new RandomStream(seed.value, seed.stream, 'start');
  const start = readSampleSpace(inputs.space).candidates ?? distinct(Array.from({ length: params.population }, () => sampleGenes(space, random)));
  const ranking = exploration.run(start);
  const [best] = ranking;
  if (!Number.isFinite(best.score)) {
    throw new StageError(`No candidate has at most ${params.limit} parameters. Raise the limit, or give the space smaller choices.`);
  }
  const architecture = architectureOf(space, best.genes);
  const parameters = countParameters(supernet.document.model, architecture);
  const loss = evaluator.loss(architecture);
  exploration.writeRanking(outputs.ranking, ranking);
  writeDocument(outputs.subnet, 'subnet', {
    summary: `${(parameters.layers / 1e6).toFixed(2)} M parameters (layers only), validation loss ${loss.toFixed(3)} with inherited weights`,
    genes: formatGenes(best.genes),
    architecture,
    parameters,
    score: best.score,
    loss,
  });
});
