import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describeRawCorpus } from './raw-corpus.ts';
import { splits } from '../../src/text/parallel-text.ts';
import type { Split } from '../../src/text/parallel-text.ts';
import { runBatches, runWhole, withFolder } from './processes.ts';

const pairs: Record<Split, number> = { train: 1_600_000, valid: 7_000, test: 7_000 };
const iwslt14Pairs: Record<Split, number> = { train: 160_239, valid: 7_283, test: 6_750 };

/** Words on a side, on average; lengths go from 1 to twice this. */
const averageLength = 25;

/** Distinct words: those of IWSLT'14 grow by about the 0.6th power of its size (Heaps' law). */
const vocabulary = { de: 400_000, en: 200_000 };

/**
 * Preprocesses a synthetic corpus ten times the size of IWSLT'14, and one of its size, whose batches are made too.
 * Prints time and peak memory of each process.
 */
export function measureSize(threads: number): void {
  withFolder((folder) => void preprocess(folder, pairs, threads));
  withFolder((folder) => {
    const corpus = preprocess(folder, iwslt14Pairs, threads);
    const { seconds, peakBytes, batches } = runBatches(corpus);
    console.log(`  its ${batches} batches of 4,096 tokens: ${seconds.toFixed(2)} s, ${megabytes(peakBytes)} at most`);
  });
}

/** Gives the folder of the corpus. */
function preprocess(folder: string, counts: Record<Split, number>, threads: number): string {
  mkdirSync(path.join(folder, 'files'));
  for (const split of splits) writeSplit(path.join(folder, 'files', split), counts[split]);
  describeRawCorpus(folder);
  const corpus = path.join(folder, 'corpus');
  const { seconds, peakBytes, manifest } = runWhole(folder, corpus, threads);
  const { source, target } = manifest.splits.train.tokens;
  console.log(
    `${manifest.rawPairs} pairs, ${manifest.cleanedPairs} of them clean, `
      + `${((source + target) / 1e6).toFixed(1)} M training tokens, `
      + `dictionaries of ${manifest.dictionary.source} and ${manifest.dictionary.target} symbols: `
      + `${seconds.toFixed(1)} s on ${threads} thread(s), ${megabytes(peakBytes)} at most, threads included`,
  );
  return corpus;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** Random sentences whose words are about as frequent as by Zipf's law, the same every time. */
function writeSplit(stem: string, count: number): void {
  let state = count;
  const random = (): number => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  const files = { de: openSync(`${stem}.de`, 'w'), en: openSync(`${stem}.en`, 'w') };
  const words = { de: inventWords('de'), en: inventWords('en') };
  const sentence = (language: 'de' | 'en', length: number): string => {
    let line = '';
    for (let i = 0; i < length; i++)
      line += `${words[language][Math.floor(vocabulary[language] ** random()) - 1]}${random() < 0.06 ? ', ' : ' '}`;
    return `${line.trimEnd()}.\n`;
  };
  const chunk = 5_000;
  for (let done = 0; done < count; done += chunk) {
    const lengths = Array.from(
      { length: Math.min(chunk, count - done) },
      () => 1 + Math.floor(random() * (2 * averageLength - 1)),
    );
    writeSync(files.de, lengths.map((length) => sentence('de', length)).join(''));
    writeSync(files.en, lengths.map((length) => sentence('en', length)).join(''));
  }
  closeSync(files.de);
  closeSync(files.en);
}

/** Words of one to five syllables, the shortest first, all different. */
function inventWords(language: 'de' | 'en'): string[] {
  const [initials, finals] =
    language === 'de'
      ? [
          ['b', 'd', 'g', 'sch', 'l', 'v', 'r'],
          ['a', 'en', 'er', 'ö', 'ich'],
        ]
      : [
          ['c', 'd', 'th', 'm', 'l', 's', 'w'],
          ['a', 'ing', 'er', 'ou', 'y'],
        ];
  const syllables = initials.flatMap((initial) => finals.map((final) => initial + final));
  return Array.from({ length: vocabulary[language] }, (_, i) => {
    let word = '';
    // From 1, and counted without a zero, so that no two numbers are the same word.
    for (let rest = i + 1; rest > 0; rest = Math.floor((rest - 1) / syllables.length))
      word += syllables[(rest - 1) % syllables.length];
    return word;
  });
}
