import { unpackedName } from '../corpora/raw-corpus.ts';
import type { RawCorpus } from '../corpora/raw-corpus.ts';
import type { CorpusFormat, CorpusLayout } from './format.ts';
import { openPatterns } from './patterns.ts';
import { givenLayout } from './given-layout.ts';

/** What others call the splits. */
const names = { train: ['train'], valid: ['valid', 'val', 'dev'] };

/**
 * Text in files, one for each side or for both: those that the raw corpus names for each split or, if it names none,
 * plain ones by what they are called, `train.de` and `train.en` or `train.de-en.de` and so on. Validation may be called
 * `val` or `dev`, and each pair of files called `test` or `test_…` is a test set.
 */
export const parallel: CorpusFormat = {
  layout: (raw) => (raw.splits === undefined ? foundLayout(raw) : givenLayout(raw.splits)),
};

function foundLayout(raw: RawCorpus): CorpusLayout {
  const [sources, targets] = [stemsOf(raw, raw.source), stemsOf(raw, raw.target)];
  const stems = new Set([...sources, ...targets]);
  const both = (stem: string) => sources.has(stem) && targets.has(stem);
  const found = (candidates: string[]) =>
    [...stems].filter((stem) => candidates.includes(stem.split('.')[0])).map(patternOf);
  const one = (split: keyof typeof names) => {
    const [first, ...others] = found(names[split]);
    return first === undefined ? undefined : openPatterns([first], others);
  };
  // Of a `test_…` in one of the languages alone, the other may well not have been published.
  const tests = [...stems].filter(
    (stem) => /^test(?:[_-][^.]*)?(?:\.|$)/u.test(stem) && (/^test(?:\.|$)/u.test(stem) || both(stem)),
  );
  const named = tests.sort().map((stem) => [stem.split('.')[0], { open: openPatterns([patternOf(stem)]) }] as const);
  const [train, valid] = [one('train'), one('valid')];
  return { ...(train && { train }), ...(valid && { valid: { open: valid } }), tests: Object.fromEntries(named) };
}

/** Names without language and packing of the files that are there in a language. */
function stemsOf({ files, source, target }: RawCorpus, language: string): Set<string> {
  const stems = new Set<string>();
  for (const { path } of files) {
    const name = unpackedName(path).split('/').at(-1)!;
    if (!name.endsWith(`.${language}`)) continue;
    const [stem, pair, ...others] = name.slice(0, -language.length - 1).split('.');
    const isOfPair = pair === undefined || [`${source}-${target}`, `${target}-${source}`].includes(pair);
    if (others.length === 0 && isOfPair) stems.add(pair === undefined ? stem : `${stem}.${pair}`);
  }
  return stems;
}

function patternOf(stem: string): string {
  return `${stem}.{lang}`;
}
