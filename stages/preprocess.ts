import { writeCorpus } from '../src/text/dataset.ts';
import { CorpusError } from '../src/text/errors.ts';
import { binarise } from '../src/text/recipe.ts';
import type { RecipeOptions } from '../src/text/recipe.ts';
import { expecting } from '../src/stage/failures.ts';

/** Turns a raw corpus into ids, as schemas/stages/preprocess.json declares. */
export default expecting<RecipeOptions>([CorpusError], async ({ params, inputs, outputs, cores, events }) => {
  const corpus = await binarise(
    inputs.raw,
    params,
    {
      progress: (done, total) => events.progress({ done, total, unit: 'sentences' }),
      step: (message) => events.log(message),
      warning: (message) => events.log(message, 'warning'),
    },
    cores,
  );
  writeCorpus(outputs.corpus, corpus);
  for (const [split, { pairs, tokens, unknown }] of Object.entries(corpus.manifest.splits)) {
    events.metric({
      split,
      pairs,
      'source tokens': tokens.source,
      'target tokens': tokens.target,
      'unknown source tokens': unknown.source,
      'unknown target tokens': unknown.target,
    });
  }
});
