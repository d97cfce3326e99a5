import type { LossesParams } from '../schemas/types.ts';
import { type SplitLosses, writeLosses } from '../src/artifacts/losses.ts';
import { readModel } from '../src/artifacts/model.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { readWholeSplit } from '../src/batching/whole-split.ts';
import { dictionarySmoothing } from '../src/model/label-smoothing.ts';
import { type LossSums, sentenceLossesOf } from '../src/model/loss.ts';
import { startEngine } from '../src/stage/engine.ts';
import { splitsNamed } from '../src/text/dataset.ts';
import { guarded } from '../src/stage/guard.ts';

/** Measures a model's loss on whole splits, sentence by sentence, as schemas/stages/losses.json declares. */
export default guarded<LossesParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { partTokens } = await startEngine(context);
  checkSameText(inputs, 'corpus', 'model');
  const { document, net } = readModel(inputs.model, inputs.checkpoint);
  const epsilon = dictionarySmoothing(params.labelSmoothing, params.smoothing, document.model.targetTypes);
  const splits = [...new Set(params.splits.flatMap((split) => splitsNamed(inputs.corpus, split)))];
  const read = splits.map((split) => ({ split, ...readWholeSplit(inputs.corpus, split, partTokens) }));
  const total = read.reduce((sum, { pairs }) => sum + pairs, 0);
  let done = 0;
  const measured = read.map(({ split, pairs, batches, digest }) => {
    const sentences = new Array<LossSums>(pairs);
    for (const { batch, numbers } of batches) {
      sentenceLossesOf(net, batch, epsilon).forEach((sums, i) => (sentences[numbers[i]] = sums));
      events.progress({ done: (done += numbers.length), total, unit: 'sentences' });
    }
    return [split, { pairs: digest, sentences } satisfies SplitLosses] as const;
  });
  net.dispose();
  writeLosses(outputs.losses, epsilon, Object.fromEntries(measured));
});
