import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RandomStream } from '../src/tensor/random.ts';
import { resamples, resamplingSeed } from '../src/text/bleu/bootstrap.ts';
import { reportBleu, type BleuReport } from '../src/text/bleu/report.ts';
import { corpusBleu, formatBleu } from '../src/text/bleu/score.ts';
import { formatSentences } from '../src/text/bleu/sentences.ts';
import { removeBpe } from '../src/text/bpe/apply.ts';
import { readRawReferences } from '../src/text/corpora/raw-references.ts';
import { readDictionary, readManifest, readSentences, readSplit } from '../src/text/dataset.ts';
import { asLanguage } from '../src/text/language.ts';
import { StageError } from '../src/runner/stage.ts';
import type { BleuDocument, BleuParams, TranslationsDocument } from '../schemas/types.ts';
import { checkDictionaries } from './shared/compatibility.ts';
import { decode, rounded } from './shared/decoding.ts';
import { writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { readModel } from './shared/model.ts';
import { sentence } from './shared/training-data.ts';

/** Translates and scores, as schemas/stages/bleu.json declares. */
export default guarded<BleuParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { partTokens } = await startEngine(context);
  const { document, net } = readModel(inputs.model, inputs.checkpoint);
  checkDictionaries(inputs.corpus, document.model);
  const { source } = readSplit(inputs.corpus, params.split);
  const sentences = Array.from({ length: source.offsets.length - 1 }, (_, i) => sentence(source, i));
  if (sentences.length === 0) throw new StageError(`The corpus has no ${params.split} sentences to translate.`);
  // Before the translation, which takes long and would be lost with a raw corpus that does not fit.
  const references = readSentences(inputs.corpus, `${params.split}.target.txt`);
  const rawReferences = inputs.raw === undefined ? undefined : readRawReferences(inputs.raw, inputs.corpus, params.split, references);
  if (inputs.raw !== undefined && rawReferences === undefined) {
    events.log(`The raw corpus has no text of its own for ${params.split}: sacreBLEU's references are detokenised.`);
  }
  const decoded = decode(net, sentences, { ...params, batchTokens: 4 * partTokens },
    (done) => events.progress({ done, total: sentences.length, unit: 'sentences' }));
  net.dispose();

  const dictionary = readDictionary(inputs.corpus, 'target');
  const ranked = decoded.map((best) => best.map(({ ids, score }) => ({ score: rounded(score), tokens: removeBpe(dictionary.decode(ids)) })));
  const hypotheses = ranked.map(([{ tokens }]) => tokens);
  const language = asLanguage(readManifest(inputs.corpus).languages.target);
  const random = new RandomStream(resamplingSeed, 'bleu', 'bootstrap');
  const report = reportBleu({ hypotheses, references, rawReferences, language }, { resamples, draw: (limit) => random.integer(limit) });
  const copied = corpusBleu(readSentences(inputs.corpus, `${params.split}.source.txt`), references).score;
  writeLines(path.join(outputs.translations, 'hypotheses.txt'), hypotheses);
  writeLines(path.join(outputs.translations, 'detokenized.txt'), report.text.hypotheses);
  writeLines(path.join(outputs.translations, 'references.txt'), report.text.references);
  writeLines(path.join(outputs.translations, 'nbest.jsonl'), ranked.map((best) => JSON.stringify({ hypotheses: best })));
  writeDocument(outputs.translations, 'translations', {
    summary: `${hypotheses.length} sentences of ${params.split}`,
    split: params.split, sentences: hypotheses.length, beam: params.beam, nBest: params.nBest,
    meanScore: decoded.reduce((sum, [{ score }]) => sum + score, 0) / decoded.length,
  } satisfies TranslationsDocument);
  writeFileSync(path.join(outputs.bleu, 'sentences.json'), formatSentences(report.sentences));
  writeDocument(outputs.bleu, 'bleu', {
    summary: `${summarise(report, params.split)}; copying the source scores ${copied.toFixed(2)}`,
    split: params.split, sentences: hypotheses.length, ...report.headline, copyingTheSource: copied,
    sacrebleu: report.sacrebleu, hyphensSplit: report.hyphensSplit, resamples,
  } satisfies BleuDocument);
});

/** The headline as multi-bleu.perl prints it, then the other figures. */
function summarise({ headline, sacrebleu, hyphensSplit }: BleuReport, split: string): string {
  const margin = ({ confidence }: BleuReport['headline']): string => `± ${confidence.halfWidth.toFixed(2)}`;
  return `${formatBleu(headline)} on ${split}, ${margin(headline)} at 95 %; sacreBLEU ${sacrebleu.score.toFixed(2)} ${margin(sacrebleu)}; `
    + `hyphens split ${hyphensSplit.score.toFixed(2)}`;
}

function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}
