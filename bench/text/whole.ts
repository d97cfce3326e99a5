/** Program: the whole recipe in a process of its own, from raw files to a written corpus. Arguments: raw corpus, folder, threads. */
import { isMainThread } from 'node:worker_threads';
import { writeCorpus } from '../../src/text/dataset.ts';
import { binarise } from '../../src/text/recipe.ts';
import { recipeOptions } from './raw-corpus.ts';

// Threads that prepare text start with this same file.
if (isMainThread) {
  const [raw, folder, threads] = process.argv.slice(2);
  const quiet = { progress: () => undefined, step: () => undefined, warning: () => undefined };
  const started = performance.now();
  const corpus = await binarise(raw, recipeOptions, quiet, Number(threads));
  writeCorpus(folder, corpus);
  const result = { seconds: (performance.now() - started) / 1000, peakBytes: 1024 * process.resourceUsage().maxRSS, manifest: corpus.manifest };
  console.log(JSON.stringify(result));
}
