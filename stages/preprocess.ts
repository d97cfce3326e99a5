import type { PreprocessParams } from '../schemas/types.ts';
import { givenVocabulary } from '../src/artifacts/given-vocabulary.ts';
import { writeCorpus } from '../src/text/dataset.ts';
import { CorpusError } from '../src/text/errors.ts';
import { binarise } from '../src/text/recipe.ts';
import { expecting } from '../src/stage/failures.ts';

/** Turns a raw corpus into ids, as schemas/stages/preprocess.json declares. */
export default expecting<PreprocessParams>([CorpusError], async ({ params, inputs, outputs, cores, events }) => {
  const given = givenVocabulary(params, inputs);
  const corpus = await binarise(
    inputs.raw,
    { ...params, lowercase: given?.lowercase ?? params.lowercase },
    {
      progress: (done, total) => events.progress({ done, total, unit: 'sentences' }),
      step: (message) => events.log(message),
      warning: (message) => events.log(message, 'warning'),
    },
    cores,
    given?.vocabulary,
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
