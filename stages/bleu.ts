import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beamSearch, type Hypothesis } from '../src/model/beam-search.ts';
import type { Architecture, ModelConfig } from '../src/model/architecture.ts';
import { parametersOf } from '../src/model/parameters.ts';
import { loadNetwork } from '../src/model/training-step.ts';
import { readSafetensors } from '../src/tensor/safetensors.ts';
import { corpusBleu, formatBleu } from '../src/text/bleu.ts';
import { removeBpe } from '../src/text/bpe/apply.ts';
import { readDictionary, readSentences, readSplit } from '../src/text/dataset.ts';
import { StageError } from '../src/runner/stage.ts';
import type { BleuParams } from '../schemas/types.ts';
import { checkShapes } from './shared/checkpoint.ts';
import { checkDictionaries } from './shared/compatibility.ts';
import { readDocument, writeDocument } from './shared/documents.ts';
import { startEngine } from './shared/engine.ts';
import { guarded } from './shared/guard.ts';
import { sentence } from './shared/training-data.ts';

/** Translates and scores, as schemas/stages/bleu.json declares. */
export default guarded<BleuParams>(async (context) => {
  const { params, inputs, outputs, events } = context;
  const { partTokens } = await startEngine(context);
  const document = readDocument<{ model: ModelConfig; architecture: Architecture }>(inputs.model, 'model');
  const file = path.join(inputs.model, 'weights.safetensors');
  const weights = readSafetensors(file);
  checkShapes(file, weights, parametersOf(document.model, document.architecture));
  const net = loadNetwork(document.model, document.architecture, weights);

  checkDictionaries(inputs.corpus, document.model);
  const { source } = readSplit(inputs.corpus, params.split);
  const sentences = Array.from({ length: source.offsets.length - 1 }, (_, i) => sentence(source, i));
  // Sentences of one length together waste nothing on padding; each goes back to its place.
  const order = sentences.map((_, i) => i).sort((a, b) => sentences[a].length - sentences[b].length || a - b);
  if (order.length === 0) throw new StageError(`The corpus has no ${params.split} sentences to translate.`);
  const best: Hypothesis[] = [];
  let translated = 0;
  for (const batch of batchesOf(order, (i) => sentences[i].length, params.batchSentences, 4 * partTokens)) {
    beamSearch(net, batch.map((i) => sentences[i]), params).forEach(([first], i) => {
      best[batch[i]] = first;
    });
    translated += batch.length;
    events.progress({ done: translated, total: order.length, unit: 'sentences' });
  }
  net.dispose();

  const dictionary = readDictionary(inputs.corpus, 'target');
  const hypotheses = best.map(({ ids }) => removeBpe(dictionary.decode(ids)));
  const references = readSentences(inputs.corpus, `${params.split}.target.txt`);
  const bleu = corpusBleu(hypotheses, references);
  const copied = corpusBleu(readSentences(inputs.corpus, `${params.split}.source.txt`), references).score;
  writeFileSync(path.join(outputs.translations, 'hypotheses.txt'), hypotheses.map((line) => `${line}\n`).join(''));
  writeDocument(outputs.translations, 'translations', {
    summary: `${hypotheses.length} sentences of ${params.split}`,
    split: params.split, sentences: hypotheses.length, beam: params.beam,
    meanScore: best.reduce((sum, { score }) => sum + score, 0) / best.length,
  });
  writeDocument(outputs.bleu, 'bleu', {
    summary: `${formatBleu(bleu)} on ${params.split}; copying the source scores ${copied.toFixed(2)}`,
    split: params.split, sentences: hypotheses.length, ...bleu, copyingTheSource: copied,
  });
});

/** Consecutive items together, at most `most` and `tokens` tokens (items × longest) at once. */
function* batchesOf(order: readonly number[], lengthOf: (item: number) => number, most: number, tokens: number): Generator<number[]> {
  let batch: number[] = [];
  let longest = 0;
  for (const item of order) {
    longest = Math.max(longest, lengthOf(item));
    if (batch.length > 0 && (batch.length === most || (batch.length + 1) * longest > tokens)) {
      yield batch;
      batch = [];
      longest = lengthOf(item);
    }
    batch.push(item);
  }
  if (batch.length > 0) yield batch;
}
