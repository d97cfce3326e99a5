import type { Batch } from '../model/batch.ts';
import { dictionarySmoothing, type SmoothingForm } from '../model/label-smoothing.ts';
import { RandomStream } from '../tensor/random.ts';
import { lengthsOf, readSplit } from '../text/dataset.ts';
import { CorpusError } from '../text/errors.ts';
import type { Seed } from '../runner/stage.ts';
import { leastPadded } from './grouping.ts';
import { batchOf } from './pairs.ts';
import { inHalf, type ValidationHalf } from './validation-half.ts';

/** What a loss was measured on, as artifacts tell it: enough to measure another network on the very same. */
export interface ValidationSample {
  /** Root and name of the stream that drew it. */
  seed: number;
  stream: string;
  /** Target tokens asked for. */
  tokens: number;
  labelSmoothing: number;
  /** The half of the validation sentences that it is drawn from; absent: all. */
  half?: ValidationHalf;
}

/** A stage's own sample. */
export function sampleOf(
  { value, stream }: Seed,
  tokens: number,
  labelSmoothing: number,
  half?: ValidationHalf,
): ValidationSample {
  return { seed: value, stream, tokens, labelSmoothing, ...(half === undefined ? {} : { half }) };
}

/** What the parameters of a stage that judges networks ask for. */
export function askedSample(
  seed: Seed,
  {
    validationTokens,
    labelSmoothing,
    smoothing,
  }: { validationTokens: number; labelSmoothing: number; smoothing: SmoothingForm },
  targetTypes: number,
): ValidationSample {
  return sampleOf(seed, validationTokens, dictionarySmoothing(labelSmoothing, smoothing, targetTypes));
}

/** The sample's batches, in parts that an engine can hold at once. */
export function drawSample(
  corpus: string,
  { seed, stream, tokens, half }: ValidationSample,
  partTokens: number,
): Batch[] {
  return drawValidation(corpus, tokens, partTokens, { value: seed, stream }, half);
}

/**
 * A random sample of validation pairs with at least `tokens` target tokens (all pairs, if they have no more) of all of
 * validation or of a half, in parts that an engine can hold at once.
 */
export function drawValidation(
  folder: string,
  tokens: number,
  partTokens: number,
  seed: Seed,
  half?: ValidationHalf,
): Batch[] {
  const pairs = readSplit(folder, 'valid');
  if (pairs.target.ids.length === 0)
    throw new CorpusError('The corpus has no validation pairs: losses cannot be measured.');
  const lengths = lengthsOf(pairs.target);
  const chosen: number[] = [];
  let drawn = 0;
  for (const pair of new RandomStream(seed.value, seed.stream, 'validation').permutation(lengths.length)) {
    if (drawn >= tokens) break;
    if (!inHalf(pair, half)) continue;
    chosen.push(pair);
    drawn += lengths[pair];
  }
  if (chosen.length === 0) throw new CorpusError(`The ${half} half of validation has no pairs: it needs at least two.`);
  const sources = lengthsOf(pairs.source);
  // Their order must not tell in which they were drawn: all pairs give the same batches in any order.
  chosen.sort((a, b) => a - b);
  return leastPadded(
    chosen.map((pair) => sources[pair]),
    chosen.map((pair) => lengths[pair]),
    partTokens,
  ).map((group) =>
    batchOf(
      pairs,
      group.map((place) => chosen[place]),
    ),
  );
}
