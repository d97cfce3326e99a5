import { sampleSpaceDocument } from '../src/nas/sample-space.ts';
import { generationSizes, type Scored } from '../src/nas/evolution.ts';
import type { ShrinkParams } from '../schemas/types.ts';
import { writeDocument } from './shared/documents.ts';
import { startExploration } from './shared/exploration.ts';
import { guarded } from './shared/guard.ts';

/** Phase 2 of the paper's section 4.4, as schemas/stages/shrink.json declares. */
export default guarded<ShrinkParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const iterations = params.arm === 'evolution' || params.arm === 'reduction' ? params.iterations : 0;
  const exploration = await startExploration({ ...context, params: { ...params, iterations } });
  // Where the whole space stays, nothing needs to be ranked.
  const ranking = params.arm === 'naive' ? [] : exploration.run(exploration.seedsFrom(inputs.sampled));
  exploration.writeRanking(outputs.ranking, ranking);
  const kept = keep(ranking, params);
  writeDocument(outputs.space, 'sample-space', {
    summary: kept ? `${kept.length} subnets, best score ${ranking[0].score.toFixed(4)}` : 'the whole space',
    ...sampleSpaceDocument({ space: exploration.space, candidates: kept?.map(({ genes }) => genes) }),
  });
});

/** What the next stage of training samples from; undefined: the whole space. */
function keep(ranking: readonly Scored[], params: ShrinkParams): readonly Scored[] | undefined {
  switch (params.arm) {
    case 'naive': return undefined;
    case 'top':
    case 'evolution': return ranking.slice(0, params.population);
    case 'reduction': return ranking.slice(0, generationSizes(params).parents);
  }
}
