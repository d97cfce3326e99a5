import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import compare from '../../../stages/comparisons/bleu.ts';
import { sacrebleuCounts } from '../../../src/text/bleu/sacrebleu.ts';
import { bleuOf, corpusCounts } from '../../../src/text/bleu/score.ts';
import { formatSentences, parseSentences } from '../../../src/text/bleu/sentences.ts';
import { folderWith } from '../../text/folder.ts';
import { golden } from '../../text/bleu/golden/golden.ts';

const { references } = golden.bootstrap;

/** An artifact of one of the systems of the stored data; `text` names the text that sacreBLEU's references are. */
function artifact(system: 'first' | 'second' | 'third', text = 'raw'): string {
  const hypotheses = golden.bootstrap[system];
  const folder = folderWith();
  writeFileSync(
    path.join(folder, 'sentences.json'),
    formatSentences({
      tokenized: { references: 'tokens', counts: corpusCounts(hypotheses, references) },
      sacrebleu: { references: text, counts: sacrebleuCounts(hypotheses, references, 'en') },
    }),
  );
  return folder;
}

describe('two systems on one test set', () => {
  test.each(['second', 'third'] as const)(
    'are told apart as surely as sacreBLEU tells the %s from the first',
    (other) => {
      const [headline, sacrebleu] = compare({ before: artifact('first'), after: artifact(other) });
      for (const [finding, way] of [
        [headline, 'plain'],
        [sacrebleu, 'sacrebleu'],
      ] as const) {
        const { first, second } = golden.bootstrap[way][other];
        expect(finding.values.delta).toBeCloseTo(second.score - first.score, 10);
        // The p-values are shares of 10,000 resamples and of 1,000; their difference lies within four of its standard errors.
        const error = Math.sqrt((2 * second.pValue * (1 - second.pValue)) / 1000);
        expect(Math.abs((finding.values.pValue as number) - second.pValue)).toBeLessThan(4 * error + 0.001);
      }
    },
  );

  test('are summed up in one line each, the headline first', () => {
    const findings = compare({ before: artifact('second'), after: artifact('first') });
    const score = (system: 'first' | 'second') => bleuOf(corpusCounts(golden.bootstrap[system], references)).score;
    const delta = score('first') - score('second');
    expect(findings.map(({ name }) => name)).toEqual(['BLEU, paired bootstrap', 'sacreBLEU, paired bootstrap']);
    expect(findings[0].text).toMatch(
      /^\+\d+\.\d\d, p < 0\.0003 \(none of 10,000 resamples lies beyond: rule of three\); 95 % interval \+\d+\.\d\d to \+\d+\.\d\d, without 0$/,
    );
    expect(findings[0].text).toContain(`+${delta.toFixed(2)}`);
    const itself = compare({ before: artifact('first'), after: artifact('first') });
    expect(itself[1].text).toBe('0.00, p = 1.000; 95 % interval 0.00 to 0.00, which contains 0');
  });
});

describe('what cannot be compared is said', () => {
  test('other references, for that figure alone', () => {
    const [headline, sacrebleu] = compare({ before: artifact('first'), after: artifact('third', 'detokenized') });
    expect(headline.values.pValue).toBeGreaterThan(0);
    expect(sacrebleu).toMatchObject({ text: 'not done: the references are not the same', values: {} });
  });

  test('an artifact without counts of its sentences', () => {
    expect(compare({ before: folderWith(), after: artifact('first') })).toEqual([
      {
        name: 'paired bootstrap',
        text: expect.stringContaining('the earlier run kept no counts of its sentences'),
        values: {},
      },
    ]);
  });

  test('a damaged file', () => {
    const damaged = folderWith({ 'sentences.json': '{' });
    expect(compare({ before: artifact('first'), after: damaged })[0].text).toMatch(
      /^not done: .*sentences\.json is damaged/,
    );
  });

  test('counts of fewer sentences, or of other ones, than the references are', () => {
    const whole = artifact('first');
    const sentences = parseSentences(readFileSync(path.join(whole, 'sentences.json'), 'utf8'), 'sentences.json');
    const { counts } = sentences.tokenized;
    const changed = (altered: typeof counts) => {
      const part = { references: sentences.tokenized.references, counts: altered };
      return folderWith({
        'sentences.json': formatSentences({ tokenized: part, sacrebleu: { ...part, references: 'raw' } }),
      });
    };
    for (const after of [changed(counts.slice(1)), changed([...counts].reverse())]) {
      for (const { text, values } of compare({ before: whole, after })) {
        expect(text).toMatch(/^not done: the counts are not of the same sentences, one of the files is damaged/);
        expect(values).toEqual({});
      }
    }
  });
});
