import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sentenceCounts } from '../../../src/text/bleu/counts.ts';
import { bleuOf, corpusBleu, formatBleu } from '../../../src/text/bleu/score.ts';

describe('corpusBleu', () => {
  test('counts an n-gram at most as often as the reference holds it', () => {
    // The example of Papineni et al. (2002), section 2.1: "the" occurs twice in this reference.
    expect(corpusBleu(['the the the the the the the'], ['the cat is on the mat']).precisions[0]).toBeCloseTo(
      200 / 7,
      10,
    );
  });

  test('is the geometric mean of the precisions times the brevity penalty', () => {
    const bleu = corpusBleu(['a b c d e'], ['a b c d f g']);
    expect(bleu.precisions).toEqual([80, 75, 100 * (2 / 3), 50]);
    expect(bleu.brevityPenalty).toBeCloseTo(Math.exp(1 - 6 / 5), 12);
    expect(bleu.score).toBeCloseTo(100 * Math.exp(-0.2) * (0.8 * 0.75 * (2 / 3) * 0.5) ** 0.25, 10);
    expect(formatBleu(bleu)).toBe('BLEU = 54.75, 80.0/75.0/66.7/50.0 (BP=0.819, ratio=0.833, hyp_len=5, ref_len=6)');
  });

  test('n-grams do not cross sentences, and the order of sentences does not matter', () => {
    const two = corpusBleu(['a b', 'c d'], ['a b', 'c d']);
    expect(two.precisions).toEqual([100, 100, 0, 0]);
    expect(two.score).toBe(0);
    expect(corpusBleu(['c d e f g', 'a b'], ['c d e f x', 'a b y'])).toEqual(
      corpusBleu(['a b', 'c d e f g'], ['a b y', 'c d e f x']),
    );
  });

  test('a longer hypothesis has no penalty but its precision', () => {
    expect(corpusBleu(['a b c d e f'], ['a b c d']).brevityPenalty).toBe(1);
  });

  test('empty hypotheses score 0, and empty references give the line that multi-bleu prints for them', () => {
    expect(formatBleu(corpusBleu(['', ''], ['a b', 'c']))).toBe(
      'BLEU = 0.00, 0.0/0.0/0.0/0.0 (BP=0.000, ratio=0.000, hyp_len=0, ref_len=3)',
    );
    expect(formatBleu(corpusBleu([''], ['']))).toBe('BLEU = 0, 0/0/0/0 (BP=0, ratio=0, hyp_len=0, ref_len=0)');
  });

  test('sides of different length are refused with both counts', () => {
    expect(() => corpusBleu(['a'], ['a', 'b'])).toThrow('there are 1 hypotheses and 2 references');
  });

  test('agrees with a direct computation over lists of n-grams', () => {
    const sentence = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(sentence, sentence), { minLength: 1, maxLength: 6 }), (pairs) => {
        const bleu = corpusBleu(
          pairs.map(([h]) => h),
          pairs.map(([, r]) => r),
        );
        for (let n = 1; n <= 4; n++) {
          let matches = 0;
          let total = 0;
          for (const [hypothesis, reference] of pairs) {
            const grams = (text: string): string[] => {
              const words = text.split(' ').filter(Boolean);
              return words.slice(0, Math.max(0, words.length - n + 1)).map((_, i) => words.slice(i, i + n).join('_'));
            };
            const left = grams(reference);
            for (const gram of grams(hypothesis)) {
              total++;
              const at = left.indexOf(gram);
              if (at < 0) continue;
              matches++;
              left.splice(at, 1);
            }
          }
          expect(bleu.precisions[n - 1]).toBeCloseTo(total === 0 ? 0 : (100 * matches) / total, 9);
        }
      }),
    );
  });
});

test('counts of sentences add up to the corpus', () => {
  const hypotheses = ['a b c d e', 'x y z', ''];
  const references = ['a b c d f', 'x z', 'q'];
  expect(bleuOf(hypotheses.map((hypothesis, i) => sentenceCounts(hypothesis, references[i])))).toEqual(
    corpusBleu(hypotheses, references),
  );
});

test("an exact tie is rounded to even, as C's printf does", () => {
  const line = (precision: number): string =>
    formatBleu({
      score: 0.125,
      precisions: [precision, 0, 0, 0],
      brevityPenalty: 0.0625,
      ratio: 1.0625,
      hypothesisLength: 1,
      referenceLength: 1,
    });
  // printf '%.1f' 31.25 → 31.2, 18.75 → 18.8; '%.2f' 0.125 → 0.12; '%.3f' 0.0625 → 0.062, 1.0625 → 1.062
  expect(line(31.25)).toBe('BLEU = 0.12, 31.2/0.0/0.0/0.0 (BP=0.062, ratio=1.062, hyp_len=1, ref_len=1)');
  expect(line(18.75)).toContain('18.8/');
});
