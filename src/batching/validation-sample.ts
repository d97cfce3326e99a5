import type { Batch } from '../model/batch.ts';
import { dictionarySmoothing, type SmoothingForm } from '../model/label-smoothing.ts';
import { RandomStream } from '../tensor/random.ts';
import { type EncodedPairs, lengthsOf, readSplit } from '../text/dataset.ts';
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

/** Sentences that a block has at least, so that a test on one means something. */
const leastOfBlock = 16;
const mostBlocks = 8;

/**
 * The sample in blocks that are like each other: sentences of similar length are dealt out to them in turn. As many as
 * eight, but none of less than 16 sentences.
 */
export function drawBlocks(corpus: string, sample: ValidationSample, partTokens: number): Batch[][] {
  const chosen = choose(corpus, sample);
  const count = Math.max(1, Math.min(mostBlocks, Math.floor(chosen.numbers.length / leastOfBlock)));
  const lengths = lengthsOf(chosen.pairs.target);
  const byLength = chosen.numbers.toSorted((a, b) => lengths[a] - lengths[b] || a - b);
  return Array.from({ length: count }, (_, block) =>
    batched({ ...chosen, numbers: byLength.filter((_, i) => i % count === block) }, partTokens),
  );
}

/**
 * A random sample of validation pairs with at least `tokens` target tokens (all pairs, if they have no more) of all of
 * validation or of a half, in parts that an engine can hold at once.
 */
export function drawValidation(
  folder: string,
  tokens: number,
  partTokens: number,
  { value, stream }: Seed,
  half?: ValidationHalf,
): Batch[] {
  return batched(choose(folder, { seed: value, stream, tokens, half }), partTokens);
}

interface ChosenPairs {
  pairs: EncodedPairs;
  /** In the order of the corpus: it must not tell in which order they were drawn. */
  numbers: number[];
}

function choose(folder: string, { seed, stream, tokens, half }: Omit<ValidationSample, 'labelSmoothing'>): ChosenPairs {
  const pairs = readSplit(folder, 'valid');
  if (pairs.target.ids.length === 0)
    throw new CorpusError('The corpus has no validation pairs: losses cannot be measured.');
  const lengths = lengthsOf(pairs.target);
  const numbers: number[] = [];
  let drawn = 0;
  for (const pair of new RandomStream(seed, stream, 'validation').permutation(lengths.length)) {
    if (drawn >= tokens) break;
    if (!inHalf(pair, half)) continue;
    numbers.push(pair);
    drawn += lengths[pair];
  }
  if (numbers.length === 0)
    throw new CorpusError(`The ${half} half of validation has no pairs: it needs at least two.`);
  return { pairs, numbers: numbers.sort((a, b) => a - b) };
}

function batched({ pairs, numbers }: ChosenPairs, partTokens: number): Batch[] {
  const [sources, targets] = [lengthsOf(pairs.source), lengthsOf(pairs.target)];
  return leastPadded(
    numbers.map((pair) => sources[pair]),
    numbers.map((pair) => targets[pair]),
    partTokens,
  ).map((group) =>
    batchOf(
      pairs,
      group.map((place) => numbers[place]),
    ),
  );
}
