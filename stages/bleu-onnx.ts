import type { BleuOnnxParams } from '../schemas/types.ts';
import { readDocument } from '../src/artifacts/documents.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { comparedWithModel } from '../src/onnx/loss.ts';
import { batchTokens } from '../src/onnx/runtime/network.ts';
import { openExport } from '../src/onnx/runtime/open.ts';
import { guarded } from '../src/stage/guard.ts';
import { scoreCorpus } from '../src/translation/score-corpus.ts';
import { writeScored } from '../src/translation/scored-sets.ts';

/** Translates with an exported model and scores, as schemas/stages/bleu-onnx.json declares. */
export default guarded<BleuOnnxParams>(async (context) => {
  const { params, inputs, outputs } = context;
  checkSameText(inputs, 'corpus', 'onnx');
  const { precision } = readDocument(inputs.onnx, 'onnx');
  const net = await openExport(inputs.onnx);
  const scored = await scoreCorpus(context, params.split, (...asked) => net.decode(...asked), {
    ...params,
    batchTokens,
  });
  await net.dispose();
  writeScored(outputs, scored, params, comparedWithModel(scored[0], precision, inputs));
});
