import { describe, expect, test } from '@jest/globals';
import { splitHyphens } from '../../../src/text/bleu/hyphens.ts';
import { sacrebleuCounts, sacrebleuSignature } from '../../../src/text/bleu/sacrebleu.ts';
import { bleuOf, corpusCounts, fixed } from '../../../src/text/bleu/score.ts';
import type { Bleu } from '../../../src/text/bleu/score.ts';
import { tokenize13a } from '../../../src/text/bleu/tokenizer-13a.ts';
import { golden } from './golden/golden.ts';
import type { GoldenScore } from './golden/golden.ts';

test.each(golden.tokenized)('tokens are those of sacreBLEU: $text', ({ text, tokens }) => {
  expect(tokenize13a(text.toLowerCase())).toBe(tokens);
});

/** The line that sacreBLEU prints without a signature. */
function line({ score, precisions, brevityPenalty, ratio, hypothesisLength, referenceLength }: Bleu): string {
  return (
    `BLEU = ${fixed(score, 2)} ${precisions.map((precision) => fixed(precision, 1)).join('/')} (BP = `
    + `${fixed(brevityPenalty, 3)} `
    + `ratio = ${fixed(ratio, 3)} hyp_len = ${hypothesisLength} ref_len = ${referenceLength})`
  );
}

function expectEqual(bleu: Bleu, expected: GoldenScore): void {
  expect(line(bleu)).toBe(expected.line);
  expect(bleu.score).toBeCloseTo(expected.score, 10);
  expect(bleu.brevityPenalty).toBeCloseTo(expected.brevityPenalty, 12);
  expect(bleu).toMatchObject({
    hypothesisLength: expected.hypothesisLength,
    referenceLength: expected.referenceLength,
  });
}

describe('generated corpora, from a single empty sentence to twenty long ones', () => {
  test.each(golden.corpora.map(({ sacrebleu }) => sacrebleu))('score as sacreBLEU scores them: $line', (expected) => {
    const bleu = bleuOf(sacrebleuCounts(expected.hypotheses, expected.references, 'en'), 'exp');
    expectEqual(bleu, expected);
    bleu.precisions.forEach((precision, n) => expect(precision).toBeCloseTo(expected.precisions[n], 10));
    expect(sacrebleuSignature('en')).toBe(expected.signature);
  });

  test.each(golden.corpora.map(({ plain }) => plain))(
    'without tokenisation and smoothing as well: $line',
    (expected) => {
      expectEqual(bleuOf(corpusCounts(expected.hypotheses, expected.references)), expected);
    },
  );
});

test.each(golden.hyphens)("hyphens are split as HAT's Perl does: $line", ({ line: text, split }) => {
  expect(splitHyphens(text)).toBe(split);
});
