import type { Json, ViewedInput, ViewedStage } from '../runner/stage.ts';
import { readManifest } from '../text/dataset.ts';
import { publishedDictionary } from '../text/formats/published-dictionary.ts';
import type { Role } from '../text/parallel-text.ts';

/** Sizes of the dictionaries of a corpus, if they are known, and where from. */
export interface DictionarySizes {
  sizes?: Record<Role, number>;
  from: 'option' | 'corpus' | 'published' | 'unknown';
  /** The same as a sentence. */
  text: string;
}

/**
 * Sizes of the dictionaries of a corpus: those that were asked for, else those of the artifact if it is made, else
 * those published for the recipe if it is the published one.
 * @param asked `[source, target]`, or undefined
 */
export async function dictionarySizes(corpus: ViewedInput, asked: Json | undefined): Promise<DictionarySizes> {
  if (asked !== undefined) {
    const [source, target] = asked as [number, number];
    return known({ source, target }, 'option', 'as asked for');
  }
  const folder = await corpus.folder();
  if (folder !== undefined) return known(readManifest(folder).dictionary, 'corpus', 'those of the corpus in the store');
  const published = publishedSizes(corpus.stage);
  if (published !== undefined) {
    return known(published, 'published', 'those published for this recipe; the corpus is not in the store yet');
  }
  return {
    from: 'unknown',
    text:
      'Counts with output projection and embeddings need the sizes of the dictionaries: make the corpus, or give '
      + '--dictionaries SOURCE,TARGET.',
  };
}

function known(sizes: Record<Role, number>, from: DictionarySizes['from'], where: string): DictionarySizes {
  const [source, target] = [sizes.source, sizes.target].map((size) => size.toLocaleString('en-US'));
  return { sizes, from, text: `Dictionaries of ${source} and ${target} symbols: ${where}.` };
}

/** Those published of what a stage makes, if it makes a corpus whose recipe was published with these very settings. */
function publishedSizes({ type, params, inputs }: ViewedStage): Record<Role, number> | undefined {
  if (type !== 'preprocess' || inputs.raw === undefined) return undefined;
  return publishedDictionary(inputs.raw.stage.params, params);
}
