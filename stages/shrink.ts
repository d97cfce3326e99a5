import type { ShrinkParams } from '../schemas/types.ts';
import { writeSampleSpace } from '../src/artifacts/sample-space.ts';
import { evolutionOptions } from '../src/exploration/evolution-options.ts';
import { Exploration } from '../src/exploration/exploration.ts';
import { writeRanking } from '../src/exploration/ranking.ts';
import { shrinkingArm } from '../src/nas/shrinking.ts';
import { guarded } from '../src/stage/guard.ts';

/** Phase 2 of the paper's section 4.4, as schemas/stages/shrink.json declares. */
export default guarded<ShrinkParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const options = evolutionOptions(params);
  const exploration = await Exploration.open(context);
  const { space } = exploration.supernet;
  const arm = shrinkingArm(params.arm);
  if (!arm) {
    writeRanking(outputs.ranking, exploration, []);
    writeSampleSpace(outputs.space, 'the whole space', { space });
    return;
  }
  const ranking = exploration.search(arm.strategy(options), inputs.sampled, options.population);
  writeRanking(outputs.ranking, exploration, ranking);
  const kept = arm.keep(ranking, options);
  writeSampleSpace(outputs.space, `${kept.length} subnets, best score ${ranking[0].score.toFixed(4)}`, {
    space,
    candidates: kept.map(({ genes }) => genes),
  });
});
