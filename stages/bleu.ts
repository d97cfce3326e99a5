import type { BleuParams } from '../schemas/types.ts';
import { readModel } from '../src/artifacts/model.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import { splitsNamed } from '../src/text/dataset.ts';
import { readReferences } from '../src/translation/scoring.ts';
import { readSource } from '../src/translation/source.ts';
import { translateSet } from '../src/translation/test-set.ts';
import { writeScored } from '../src/translation/scored-sets.ts';

/** Translates and scores, as schemas/stages/bleu.json declares. */
export default guarded<BleuParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { partTokens } = await startEngine(context, 'decoding');
  checkSameText(inputs, 'corpus', 'model');
  const { net } = readModel(inputs.model, inputs.checkpoint);
  // Before the translation, which takes long and would be lost with a raw corpus that does not fit.
  const sets = await Promise.all(
    splitsNamed(inputs.corpus, params.split).map(async (split) => {
      const references = await readReferences(inputs.corpus, inputs.raw, split);
      return { split, sentences: readSource(inputs.corpus, split), references };
    }),
  );
  for (const { split, references } of sets) {
    if (inputs.raw !== undefined && references.raw === undefined)
      events.log(`The raw corpus has no text of its own for ${split}: sacreBLEU's references are detokenised.`);
  }
  const total = sets.reduce((sum, { sentences }) => sum + sentences.length, 0);
  let before = 0;
  const scored = sets.map((set) => {
    const options = { ...params, batchTokens: 4 * partTokens };
    const result = translateSet(net, set, inputs.corpus, options, (done) =>
      events.progress({ done: before + done, total, unit: 'sentences' }),
    );
    before += set.sentences.length;
    if (sets.length > 1) events.log(result.summary);
    return result;
  });
  net.dispose();
  writeScored(outputs, scored, params);
});
