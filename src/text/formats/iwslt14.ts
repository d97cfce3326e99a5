import { checkAligned } from '../corpora/alignment.ts';
import { readLines } from '../corpora/files.ts';
import { blocksOfText } from '../corpora/line-blocks.ts';
import { has, locate } from '../corpora/raw-corpus.ts';
import type { RawCorpus } from '../corpora/raw-corpus.ts';
import type { ParallelText } from '../parallel-text.ts';
import { sedSpace } from '../unicode.ts';
import type { CorpusFormat, RawText } from './format.ts';
import { publishedIwslt14 } from './iwslt14-figures.ts';

/** The sets that fairseq's recipe joins to the test set, in this order. */
const testSets = ['TED.dev2010', 'TEDX.dev2012', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012'];

/** Of the cleaned training pairs, every one whose number from 1 is a multiple of this becomes validation. */
const validationInterval = 23;

const segmentStart = new RegExp(`<seg id="[0-9]*">${sedSpace}*`, 'gu');
const segmentEnd = new RegExp(`${sedSpace}*</seg>${sedSpace}*`, 'gu');

/** The archive of the IWSLT 2014 evaluation, read and split as fairseq's prepare-iwslt14.sh does. */
export const iwslt14: CorpusFormat = {
  layout: () => ({
    train: async (folder, raw) => inMemory(readTrain(folder, raw)),
    valid: { takes: isEvery23rd },
    tests: { test: { open: async (folder, raw) => inMemory(readTest(folder, raw)) } },
  }),
  published: publishedIwslt14,
};

/** The texts are small, and only some lines of the files belong to them: they are read whole. */
function inMemory(text: ParallelText): RawText {
  return { pairs: text.source.length, blocks: blocksOfText(text) };
}

/**
 * The training talks, `train.tags.de-en.{de,en}`: metadata lines are dropped, the text of
 * titles and descriptions stays.
 */
function readTrain(folder: string, raw: RawCorpus): ParallelText {
  return readPair(folder, raw, (language) => `train.tags.${pairName(raw)}.${language}`, trainingLine);
}

/** The five development and test sets as one, in the order of the recipe; of other languages, those that there are. */
function readTest(folder: string, raw: RawCorpus): ParallelText {
  const joined: ParallelText = { source: [], target: [] };
  const nameOf = (set: string, language: string) => `IWSLT14.${set}.${pairName(raw)}.${language}.xml`;
  const present = testSets.filter((set) =>
    [raw.source, raw.target].some((language) => has(raw, nameOf(set, language))),
  );
  const isPublished = pairName(raw) === 'de-en';
  for (const set of isPublished || present.length === 0 ? testSets : present) {
    const { source, target } = readPair(folder, raw, (language) => nameOf(set, language), segmentLine);
    for (const line of source) joined.source.push(line);
    for (const line of target) joined.target.push(line);
  }
  return joined;
}

/** The sentences in a file and in its translation; `sentences` gives those of one line of a file. */
function readPair(
  folder: string,
  raw: RawCorpus,
  nameFor: (language: string) => string,
  sentences: (line: string) => string[],
): ParallelText {
  const names = [nameFor(raw.source), nameFor(raw.target)];
  const files = names.map((name) => locate(folder, raw, name));
  const [source, target] = files.map((file) => readLines(file).flatMap(sentences));
  checkAligned(source.length, target.length, files[0].name, files[1].name);
  return { source, target };
}

/** An archive names its files by one direction, `de-en`, and serves for both. */
function pairName(raw: RawCorpus): string {
  const { source, target } = raw;
  const [first, second] = [[source, target].sort().join('-'), [target, source].sort().reverse().join('-')];
  return !has(raw, `train.tags.${first}.${source}`) && has(raw, `train.tags.${second}.${source}`) ? second : first;
}

function isEvery23rd(pair: number): boolean {
  return (pair + 1) % validationInterval === 0;
}

/** Text of a line of the training files; none for a line that holds metadata. */
export function trainingLine(line: string): string[] {
  if (/<url>|<talkid>|<keywords>/.test(line)) return [];
  return [line.replace(/<\/?(?:title|description)>/g, '')];
}

/**
 * Text of a `<seg>` line of a development or test set; none for any other line. Only here a
 * right quote becomes an apostrophe.
 */
export function segmentLine(line: string): string[] {
  if (!line.includes('<seg id')) return [];
  return [line.replace(segmentStart, '').replace(segmentEnd, '').replaceAll('’', "'")];
}
