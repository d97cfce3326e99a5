import { describe, expect, test } from '@jest/globals';
import { corpusChrf } from '../../../src/text/bleu/chrf.ts';
import { sacrebleuCounts, sacrebleuSignature, sacrebleuSmoothing } from '../../../src/text/bleu/sacrebleu.ts';
import { bleuOf } from '../../../src/text/bleu/score.ts';
import { corpusTer } from '../../../src/text/bleu/ter.ts';
import { tokenizerFor, tokenizers } from '../../../src/text/bleu/tokenizer.ts';
import { pythonLowercase } from '../../../src/text/python-lowercase.ts';
import { golden } from './golden/golden.ts';

/** A language of each tokenizer. */
const languages = { '13a': 'en', char: 'ja', zh: 'zh' };

test.each(golden.lowercased)('text is lowered as Python lowers it: $text', ({ text, lower }) => {
  expect(pythonLowercase(text)).toBe(lower);
});

test.each(golden.otherTokenizers)('$tokenizer parts text as sacreBLEU does: $text', ({ tokenizer, text, tokens }) => {
  expect(tokenizers[tokenizer](pythonLowercase(text))).toBe(tokens.join(' '));
});

describe.each(Object.keys(languages) as (keyof typeof languages)[])('corpora under %s', (tokenizer) => {
  const language = languages[tokenizer];
  const corpora = golden.metrics.filter((corpus) => corpus.tokenizer === tokenizer);

  test.each(corpora)('$bleu.score $chrf.score $ter.score', ({ hypotheses, references, bleu, chrf, ter }) => {
    expect(bleuOf(sacrebleuCounts(hypotheses, references, language), sacrebleuSmoothing).score).toBeCloseTo(
      bleu.score,
      10,
    );
    expect(sacrebleuSignature(language)).toBe(bleu.signature);
    const ours = { chrf: corpusChrf(hypotheses, references), ter: corpusTer(hypotheses, references) };
    expect(ours.chrf.score).toBeCloseTo(chrf.score, 10);
    expect(ours.ter.score).toBeCloseTo(ter.score, 10);
    expect([ours.chrf.signature, ours.ter.signature]).toEqual([chrf.signature, ter.signature]);
  });
});

test.each([
  ['zh', 'zh'],
  ['yue', 'zh'],
  ['ja', 'char'],
  ['th', 'char'],
  ['ko', '13a'],
  ['de', '13a'],
])('%s is parted by %s', (language, tokenizer) => {
  expect(tokenizerFor(language)).toBe(tokenizer);
});
