import type { BleuParams } from '../schemas/types.ts';
import { readModel } from '../src/artifacts/model.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import { decode } from '../src/translation/decoding.ts';
import { scoreCorpus } from '../src/translation/score-corpus.ts';
import { writeScored } from '../src/translation/scored-sets.ts';

/** Translates and scores, as schemas/stages/bleu.json declares. */
export default guarded<BleuParams>(async (context) => {
  const { params, inputs, outputs } = context;
  const { partTokens } = await startEngine(context, 'decoding');
  checkSameText(inputs, 'corpus', 'model');
  const { net } = readModel(inputs.model, inputs.checkpoint);
  const options = { ...params, batchTokens: 4 * partTokens };
  const scored = await scoreCorpus(context, params.split, (...asked) => decode(net, ...asked), options);
  net.dispose();
  writeScored(outputs, scored, params);
});
