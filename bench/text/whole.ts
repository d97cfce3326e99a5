import { mkdirSync } from 'node:fs';
import { writeCorpus } from '../../src/text/dataset.ts';
import type { CorpusManifest } from '../../src/text/dataset.ts';
import { binarise } from '../../src/text/recipe.ts';
import { recipeOptions } from './raw-corpus.ts';

export interface WholeResult {
  /** Without the start of the process. */
  seconds: number;
  /** The most memory that the process held, threads included. */
  peakBytes: number;
  manifest: CorpusManifest;
}

/** The whole recipe, from raw files to a written corpus. */
export async function measureWhole(raw: string, folder: string, threads: number): Promise<WholeResult> {
  const quiet = { progress: () => undefined, step: () => undefined, warning: () => undefined };
  const started = performance.now();
  const corpus = await binarise(raw, recipeOptions, quiet, threads);
  mkdirSync(folder, { recursive: true });
  writeCorpus(folder, corpus);
  return {
    seconds: (performance.now() - started) / 1000,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
    manifest: corpus.manifest,
  };
}
