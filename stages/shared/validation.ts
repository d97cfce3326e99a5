import type { Batch } from '../../src/model/batch.ts';
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

/** The sample's batches, in parts that an engine can hold at once. */
export function drawSample(corpus: string, { seed, stream, tokens }: ValidationSample, partTokens: number): Batch[] {
  return drawValidation(corpus, tokens, partTokens, { value: seed, stream });
}
