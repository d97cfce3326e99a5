import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Comparison, Finding } from '../../src/runner/stage.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { formatP, ruleOfThree } from '../../src/statistics/p-value.ts';
import { pairedBootstrap, pairedResamples, resamplingSeed, type Resampling } from '../../src/text/bleu/bootstrap.ts';
import type { BleuCounts } from '../../src/text/bleu/counts.ts';
import { sacrebleuSmoothing } from '../../src/text/bleu/sacrebleu.ts';
import type { Smoothing } from '../../src/text/bleu/score.ts';
import { parseSentences, type ScoredReferences } from '../../src/text/bleu/sentences.ts';
import { CorpusError } from '../../src/text/errors.ts';

/**
 * Whether two systems' BLEU on one test set differs by more than chance (Koehn 2004), for
 * the headline and for sacreBLEU.
 */
const compare: Comparison = ({ before, after }) => {
  try {
    return ['', ...furtherSets(before).filter((set) => furtherSets(after).includes(set))].flatMap((set) => {
      const first = readSentences(path.join(before, set), 'earlier');
      const second = readSentences(path.join(after, set), 'later');
      const on = set === '' ? '' : ` on ${set}`;
      return [
        test(`BLEU, paired bootstrap${on}`, first.tokenized, second.tokenized, 'none'),
        test(`sacreBLEU, paired bootstrap${on}`, first.sacrebleu, second.sacrebleu, sacrebleuSmoothing),
      ];
    });
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    return [{ name: 'paired bootstrap', text: `not done: ${error.message}`, values: {} }];
  }
};

export default compare;

/** Test sets beside the first, each in a folder of its name. */
function furtherSets(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

function readSentences(folder: string, which: string): ReturnType<typeof parseSentences> {
  const file = path.join(folder, 'sentences.json');
  if (!existsSync(file)) {
    throw new CorpusError(
      `the ${which} run kept no counts of its sentences, as former versions did not. Run its bleu stage again.`,
    );
  }
  return parseSentences(readFileSync(file, 'utf8'), file);
}

function test(name: string, before: ScoredReferences, after: ScoredReferences, smoothing: Smoothing): Finding {
  if (before.references !== after.references)
    return { name, text: 'not done: the references are not the same', values: {} };
  if (!haveSameReferences(before.counts, after.counts)) {
    return {
      name,
      text:
        'not done: the counts are not of the same sentences, one of the files is damaged. Run the bleu stages '
        + 'again.',
      values: {},
    };
  }
  const random = new RandomStream(resamplingSeed, 'bleu', 'paired bootstrap');
  const resamples = pairedResamples(before.counts.length);
  const resampling: Resampling = { resamples, draw: (limit) => random.integer(limit) };
  const [first, second] = [before, after].map(({ counts }) => ({ counts, smoothing }));
  const {
    delta,
    pValue,
    beyond,
    interval: [low, high],
  } = pairedBootstrap(first, second, resampling);
  const containsZero = low <= 0 && high >= 0;
  const where = containsZero ? 'which contains 0' : 'without 0';
  // Systems that never differ have p = 1, and no resample beyond either.
  const chance =
    beyond === 0 && pValue < 1
      ? `${formatP(ruleOfThree(resamples), true)} (none of ${resamples.toLocaleString('en-US')} resamples lies beyond: rule of three)`
      : formatP(pValue);
  return {
    name,
    text: `${signed(delta)}, ${chance}; 95 % interval ${signed(low)} to ${signed(high)}, ${where}`,
    values: { delta, pValue, beyond, low, high, containsZero, resamples },
  };
}

/** References of one checksum have the same lengths, unless a file was changed. */
function haveSameReferences(before: readonly BleuCounts[], after: readonly BleuCounts[]): boolean {
  return (
    before.length === after.length
    && before.every(({ referenceLength }, i) => referenceLength === after[i].referenceLength)
  );
}

function signed(value: number): string {
  const digits = Math.abs(value).toFixed(2);
  return Number(digits) === 0 ? digits : `${value < 0 ? '−' : '+'}${digits}`;
}
