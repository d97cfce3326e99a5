import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fetchCorpus } from '../../src/fetch/fetch.ts';
import type { Batch } from '../../src/model/batch.ts';
import type { BinarisedCorpus } from '../../src/text/dataset.ts';
import { binarise, type RecipeOptions } from '../../src/text/recipe.ts';
import { type Cursor, TrainingBatches } from '../../src/batching/training-batches.ts';

/** As pipelines/multi30k.json5 has them. */
const maxTokens = 4096;
const recipe: RecipeOptions = {
  recipe: 'parallel',
  merges: 10_000,
  minLength: 1,
  maxLength: 175,
  ratio: 1.5,
  lowercase: true,
};

export interface TrainingCorpus {
  /** Entries of the source and of the target dictionary. */
  types: [number, number];
  /** The next batch of the training split. */
  next(): Batch;
}

/** Fetches and preprocesses a folder of plain German and English files by the stages' own code. */
export async function corpusOf(folder: string): Promise<TrainingCorpus> {
  const { splits, manifest } = await binarised(folder);
  const data = new TrainingBatches(splits.train, maxTokens, { value: 1, stream: 'bench' });
  let cursor: Cursor = { epoch: 0, batch: 0 };
  return {
    types: [manifest.dictionary.source, manifest.dictionary.target],
    next: () => {
      // One part: the engine under test holds a whole batch.
      const {
        parts: [batch],
        cursor: after,
      } = data.next(cursor, Infinity);
      cursor = after;
      return batch;
    },
  };
}

async function binarised(folder: string): Promise<BinarisedCorpus> {
  const raw = await mkdtemp(path.join(tmpdir(), 'shrinknas-bench-'));
  const ignore = () => {};
  try {
    await fetchCorpus(
      { path: folder, format: 'parallel', source: 'de', target: 'en', maxBytes: 2 ** 33, maxFiles: 10_000 },
      { artifact: raw, progress: raw },
      { onProgress: ignore, onLog: ignore },
    );
    return await binarise(raw, recipe, {
      progress: ignore,
      step: ignore,
      warning: (message) => console.error(message),
    });
  } finally {
    await rm(raw, { recursive: true });
  }
}
