import type { RawCorpus } from '../corpora/raw-corpus.ts';
import type { CorpusLayout, HeldOutText } from './format.ts';
import { openPatterns } from './patterns.ts';

type Splits = NonNullable<RawCorpus['splits']>;

/** What a raw corpus itself says of its splits. A single test set is called `test`. */
export function givenLayout({ train, valid, test, tests = {} }: Splits): CorpusLayout {
  const named = { ...(test === undefined ? {} : { test }), ...tests };
  return {
    ...(train === undefined ? {} : { train: openPatterns([train].flat()) }),
    ...(valid === undefined ? {} : { valid: heldOut(valid) }),
    tests: Object.fromEntries(Object.entries(named).map(([name, text]) => [name, heldOut(text)])),
  };
}

function heldOut(text: NonNullable<Splits['valid']>): HeldOutText {
  if (typeof text === 'string' || Array.isArray(text)) return { open: openPatterns([text].flat()) };
  return { cut: 'every' in text ? text : { seed: 1, ...text } };
}
