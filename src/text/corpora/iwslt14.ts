import type { ParallelText } from '../parallel-text.ts';
import { readLines } from './files.ts';
import { aligned } from './parallel.ts';
import { locate } from './raw-corpus.ts';
import type { RawCorpus } from './raw-corpus.ts';

/** The sets that fairseq's recipe joins to the test set, in this order. */
const testSets = ['TED.dev2010', 'TEDX.dev2012', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012'];

/** Of the cleaned training pairs, every one whose number from 1 is a multiple of this becomes validation. */
const validationInterval = 23;

/** The training talks, `train.tags.de-en.{de,en}`: metadata lines are dropped, the text of titles and descriptions stays. */
export function readIwslt14Train(folder: string, corpus: RawCorpus): ParallelText {
  const names = sides(corpus).map((language) => `train.tags.${pairName(corpus)}.${language}`);
  const [source, target] = names.map((name) => readLines(locate(folder, corpus, name)).flatMap(trainingLine));
  return aligned(source, target, names[0], names[1]);
}

/** The five development and test sets as one, in the order of the recipe. */
export function readIwslt14Test(folder: string, corpus: RawCorpus): ParallelText {
  const joined: ParallelText = { source: [], target: [] };
  for (const set of testSets) {
    const names = sides(corpus).map((language) => `IWSLT14.${set}.${pairName(corpus)}.${language}.xml`);
    const [source, target] = names.map((name) => readLines(locate(folder, corpus, name)).flatMap(segmentLine));
    aligned(source, target, names[0], names[1]);
    for (const line of source) joined.source.push(line);
    for (const line of target) joined.target.push(line);
  }
  return joined;
}

/** Whether the cleaned training pair with this index, from 0, is taken out for validation: every 23rd is. */
export function isHeldOut(pair: number): boolean {
  return (pair + 1) % validationInterval === 0;
}

/** Text of a line of the training files; none for a line that holds metadata. */
export function trainingLine(line: string): string[] {
  if (/<url>|<talkid>|<keywords>/.test(line)) return [];
  return [line.replace(/<\/?(?:title|description)>/g, '')];
}

/** Text of a `<seg>` line of a development or test set; none for any other line. Only here a right quote becomes an apostrophe. */
export function segmentLine(line: string): string[] {
  if (!line.includes('<seg id')) return [];
  return [line.replace(/<seg id="[0-9]*">\s*/g, '').replace(/\s*<\/seg>\s*/g, '').replaceAll('’', "'")];
}

function sides(corpus: RawCorpus): [string, string] {
  return [corpus.source, corpus.target];
}

/** The archive names its files `de-en` in both directions. */
function pairName(corpus: RawCorpus): string {
  return [corpus.source, corpus.target].sort().join('-');
}
