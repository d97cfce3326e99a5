import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BleuParams } from '../schemas/types.ts';
import { writeDocument } from '../src/artifacts/documents.ts';
import { readModel } from '../src/artifacts/model.ts';
import { checkSameText } from '../src/artifacts/text-form.ts';
import { writeTranslations } from '../src/artifacts/translations.ts';
import { startEngine } from '../src/stage/engine.ts';
import { guarded } from '../src/stage/guard.ts';
import { resamples } from '../src/text/bleu/bootstrap.ts';
import { corpusBleu } from '../src/text/bleu/score.ts';
import { formatSentences } from '../src/text/bleu/sentences.ts';
import { removeBpe } from '../src/text/bpe/apply.ts';
import { readDictionary, readSentences } from '../src/text/dataset.ts';
import { decode, rounded } from '../src/translation/decoding.ts';
import { readReferences, score, summarise } from '../src/translation/scoring.ts';
import { readSource } from '../src/translation/source.ts';

/** Translates and scores, as schemas/stages/bleu.json declares. */
export default guarded<BleuParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { split, beam, nBest } = params;
  const { partTokens } = await startEngine(context, 'decoding');
  checkSameText(inputs, 'corpus', 'model');
  const { net } = readModel(inputs.model, inputs.checkpoint);
  const sentences = readSource(inputs.corpus, split);
  // Before the translation, which takes long and would be lost with a raw corpus that does not fit.
  const references = await readReferences(inputs.corpus, inputs.raw, split);
  if (inputs.raw !== undefined && references.raw === undefined) {
    events.log(`The raw corpus has no text of its own for ${split}: sacreBLEU's references are detokenised.`);
  }
  const decoded = decode(net, sentences, { ...params, batchTokens: 4 * partTokens }, (done) =>
    events.progress({ done, total: sentences.length, unit: 'sentences' }),
  );
  net.dispose();

  const dictionary = readDictionary(inputs.corpus, 'target');
  const ranked = decoded.map((best) =>
    best.map((hypothesis) => ({
      score: rounded(hypothesis.score),
      tokens: removeBpe(dictionary.decode(hypothesis.ids)),
    })),
  );
  const hypotheses = ranked.map(([{ tokens }]) => tokens);
  const report = score(hypotheses, references, inputs.corpus);
  const copied = corpusBleu(readSentences(inputs.corpus, `${split}.source.txt`), references.tokens).score;
  writeTranslations(
    outputs.translations,
    {
      summary: `${hypotheses.length} sentences of ${split}`,
      split,
      sentences: hypotheses.length,
      beam,
      nBest,
      meanScore: decoded.reduce((sum, [best]) => sum + best.score, 0) / decoded.length,
    },
    { hypotheses, detokenized: report.text.hypotheses, references: report.text.references, nBest: ranked },
  );
  writeFileSync(path.join(outputs.bleu, 'sentences.json'), formatSentences(report.sentences));
  writeDocument(outputs.bleu, 'bleu', {
    summary: `${summarise(report, split)}; copying the source scores ${copied.toFixed(2)}`,
    split,
    sentences: hypotheses.length,
    ...report.headline,
    copyingTheSource: copied,
    sacrebleu: report.sacrebleu,
    hyphensSplit: report.hyphensSplit,
    resamples,
  });
});
