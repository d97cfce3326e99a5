/** Program: makes the batches of a corpus's training split, all of it in memory. Argument: the corpus's folder. */
import { makeBatches } from '../../src/text/batches.ts';
import { lengthsOf, readSplit } from '../../src/text/dataset.ts';

const started = performance.now();
const { source, target } = readSplit(process.argv[2], 'train');
const order = Uint32Array.from({ length: source.offsets.length - 1 }, (_, pair) => pair);
const { batches } = makeBatches(lengthsOf(source), lengthsOf(target), 4096, order);
console.log(JSON.stringify({
  seconds: (performance.now() - started) / 1000, peakBytes: 1024 * process.resourceUsage().maxRSS, batches: batches.length,
}));
