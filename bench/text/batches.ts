import { makeBatches } from '../../src/text/batches.ts';
import { lengthsOf, readSplit } from '../../src/text/dataset.ts';

export interface BatchesResult {
  /** Without the start of the process. */
  seconds: number;
  /** The most memory that the process held. */
  peakBytes: number;
  batches: number;
}

/** Makes the batches of a corpus's training split, all of it in memory. */
export function measureBatches(corpus: string): BatchesResult {
  const started = performance.now();
  const { source, target } = readSplit(corpus, 'train');
  const order = Uint32Array.from({ length: source.offsets.length - 1 }, (_, pair) => pair);
  const { batches } = makeBatches(lengthsOf(source), lengthsOf(target), 4096, order);
  return {
    seconds: (performance.now() - started) / 1000,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
    batches: batches.length,
  };
}
