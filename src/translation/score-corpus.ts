import type { StageContext } from '../runner/stage.ts';
import { splitsNamed } from '../text/dataset.ts';
import type { DecodingOptions } from './decoding.ts';
import { readReferences } from './scoring.ts';
import { readSource } from './source.ts';
import { type Decode, type ScoredSet, translateSet } from './test-set.ts';

/**
 * Translates and scores the test sets of the input `corpus` that `split` names; the input `raw`, if connected, has their
 * published text.
 * @throws StageError, CorpusError for a split without sentences, or a raw corpus that does not fit
 */
export async function scoreCorpus(
  { inputs, events }: Pick<StageContext, 'inputs' | 'events'>,
  split: string,
  decode: Decode,
  options: DecodingOptions,
): Promise<ScoredSet[]> {
  // Before the translation, which takes long and would be lost with a raw corpus that does not fit.
  const sets = await Promise.all(
    splitsNamed(inputs.corpus, split).map(async (name) => {
      const references = await readReferences(inputs.corpus, inputs.raw, name);
      return { split: name, sentences: readSource(inputs.corpus, name), references };
    }),
  );
  for (const { split: name, references } of sets) {
    if (inputs.raw !== undefined && references.raw === undefined)
      events.log(`The raw corpus has no text of its own for ${name}: sacreBLEU's references are detokenised.`);
  }
  const total = sets.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const scored: ScoredSet[] = [];
  let before = 0;
  for (const set of sets) {
    const result = await translateSet(decode, set, inputs.corpus, options, (done) =>
      events.progress({ done: before + done, total, unit: 'sentences' }),
    );
    before += set.sentences.length;
    if (sets.length > 1) events.log(result.summary);
    scored.push(result);
  }
  return scored;
}
