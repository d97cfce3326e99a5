import type { Batch } from '../../src/model/batch.ts';
import { dictionarySmoothing, type SmoothingForm } from '../../src/model/label-smoothing.ts';
import type { Seed } from '../../src/runner/stage.ts';
import { drawValidation } from './training-data.ts';

/** What a loss was measured on, as artifacts tell it: enough to measure another network on the very same. */
export interface ValidationSample {
  /** Root and name of the stream that drew it. */
  seed: number;
  stream: string;
  /** Target tokens asked for. */
  tokens: number;
  labelSmoothing: number;
}

/** A stage's own sample. */
export function sampleOf({ value, stream }: Seed, tokens: number, labelSmoothing: number): ValidationSample {
  return { seed: value, stream, tokens, labelSmoothing };
}

/** What the parameters of a stage that judges networks ask for. */
export function askedSample(
  seed: Seed, { validationTokens, labelSmoothing, smoothing }: { validationTokens: number; labelSmoothing: number; smoothing: SmoothingForm }, targetTypes: number,
): ValidationSample {
  return sampleOf(seed, validationTokens, dictionarySmoothing(labelSmoothing, smoothing, targetTypes));
}

/** The sample's batches, in parts that an engine can hold at once. */
export function drawSample(corpus: string, { seed, stream, tokens }: ValidationSample, partTokens: number): Batch[] {
  return drawValidation(corpus, tokens, partTokens, { value: seed, stream });
}
