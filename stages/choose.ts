import type { ChooseParams } from '../schemas/types.ts';
import { costTerms } from '../src/choosing/cost-terms.ts';
import { writeFront, writeRungs, writeWinner } from '../src/choosing/documents.ts';
import { readListed } from '../src/choosing/listed.ts';
import { fillPool, poolSummary } from '../src/choosing/pool.ts';
import { effortOf } from '../src/choosing/effort.ts';
import { readTerms } from '../src/choosing/terms.ts';
import { CandidateTrainings } from '../src/choosing/trainings.ts';
import { windowsOf } from '../src/choosing/windows.ts';
import { keptCosts } from '../src/exploration/saved-measurements.ts';
import { successiveHalving } from '../src/nas/search/halving.ts';
import { architectureOf } from '../src/nas/space.ts';
import { StageError } from '../src/runner/stage.ts';
import { guarded, guardedPart } from '../src/stage/guard.ts';
import { trainCandidate } from '../src/choosing/candidate.ts';

/** Real training decides, as schemas/stages/choose.json declares. */
export default guarded<ChooseParams>(async (context) => {
  const { params, inputs, outputs, events, seed } = context;
  const effort = effortOf(context);
  const { rungs } = effort;
  const terms = readTerms(params, inputs);
  const { space, training } = terms;
  const windows = windowsOf(params, await costTerms(context, terms), {
    kept: keptCosts(context),
    onMeasured: (cost, done) => events.progress({ done, unit: `networks measured (${cost})` }),
  });
  const pool = fillPool({
    space,
    model: training.model,
    windows,
    listed: readListed(space, inputs),
    named: params.named,
    count: effort.pool,
    random: params.random,
    sizeBins: params.sizeBins,
    seed: seed!,
  });
  events.log(poolSummary(pool));
  const trainings = new CandidateTrainings(context, terms, rungs);
  const halving = await successiveHalving({
    candidates: pool.map(({ genes }) => genes),
    keep: rungs.map(({ keep }) => keep),
    windows: windows.map(
      ({ costs }) =>
        (genes) =>
          costs.accepts(architectureOf(space, genes)),
    ),
    score: trainings.score,
  });
  const winners = halving.chosen.map(([best], i) => {
    const winner = pool.find(({ genes }) => genes === best?.genes);
    if (winner) return winner;
    throw new StageError(
      `No candidate ${windows[i].limit === undefined ? '' : `of at most ${windows[i].limit} parameters `}has a finite loss: `
        + 'a lower learning rate or a longer warm-up may help.',
    );
  });
  const choice = { terms, rungs, pool, windows, trainings, halving, winners };
  writeWinner({ subnet: outputs.subnet, checkpoint: outputs.checkpoint }, choice);
  writeRungs(outputs.rungs, choice, windows.at(-1)!.costs);
  writeFront(outputs.front, choice);
});

export const parts = { train: guardedPart(trainCandidate) };
