import { describe, expect, test } from '@jest/globals';
import { formatSentences, parseSentences } from '../../../src/text/bleu/sentences.ts';
import type { SentenceCounts } from '../../../src/text/bleu/sentences.ts';
import { bleuOf, corpusBleu, corpusCounts } from '../../../src/text/bleu/score.ts';

const hypotheses = ['a b c d e', '', 'x y'];
const references = ['a b c d f', 'z', 'x y z'];
const sentences: SentenceCounts = {
  tokenized: { references: 'r1', counts: corpusCounts(hypotheses, references) },
  sacrebleu: { references: 'r2', counts: corpusCounts(references, references) },
};
const text = formatSentences(sentences);

test('counts come back from their file as they were, and give the same BLEU', () => {
  const read = parseSentences(text, 'sentences.json');
  expect(read).toEqual(sentences);
  expect(bleuOf(read.tokenized.counts)).toEqual(corpusBleu(hypotheses, references));
});

test('the file is JSON with a sentence a line', () => {
  expect(JSON.parse(text)).toMatchObject({
    tokenized: {
      references: 'r1',
      counts: [
        [5, 5, 4, 3, 2, 1],
        [0, 1, 0, 0, 0, 0],
        [2, 3, 2, 1, 0, 0],
      ],
    },
  });
  expect(text.split('\n')).toContain('[2,3,2,1,0,0]');
});

describe('a damaged file is refused with its name and what is wrong', () => {
  test.each([
    ['cut', text.slice(0, 50), 'it is not JSON'],
    ['null', 'null', 'it has no sentences under "tokenized"'],
    [
      'without a part',
      JSON.stringify({ tokenized: JSON.parse(text).tokenized }),
      'it has no sentences under "sacrebleu"',
    ],
    ['short row', text.replace('[2,3,2,1,0,0]', '[2,3,2,1,0]'), 'sentence 3 of "tokenized" is not 6 counts'],
    ['negative', text.replace('[2,3,2,1,0,0]', '[2,3,-2,1,0,0]'), 'sentence 3 of "tokenized" is not 6 counts'],
    [
      'more matches than the hypothesis has n-grams',
      text.replace('[2,3,2,1,0,0]', '[2,3,2,2,0,0]'),
      'sentence 3 of "tokenized" has more matching n-grams',
    ],
    [
      'more matches than the reference has n-grams',
      text.replace('[0,1,0,0,0,0]', '[9,1,2,0,0,0]'),
      'sentence 2 of "tokenized" has more matching n-grams',
    ],
    [
      'a sentence lost',
      text.replace('[0,1,0,0,0,0],\n', ''),
      'it has 2 sentences under "tokenized" and 3 under "sacrebleu"',
    ],
  ])('%s', (_, damaged, what) => {
    expect(() => parseSentences(damaged, 'a/sentences.json')).toThrow(`a/sentences.json is damaged: ${what}`);
  });
});
