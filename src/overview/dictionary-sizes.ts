import type { Json, ViewedInput, ViewedStage } from '../runner/stage.ts';
import { publishedDictionary, publishedSettings } from '../text/corpora/iwslt14-figures.ts';
import { readManifest } from '../text/dataset.ts';
import type { Role } from '../text/parallel-text.ts';

/** Sizes of the dictionaries of a corpus, if they are known, and where from. */
export interface DictionarySizes {
  sizes?: Record<Role, number>;
  from: 'option' | 'corpus' | 'published' | 'unknown';
  /** The same as a sentence. */
  text: string;
}

/**
 * Sizes of the dictionaries of a corpus: those that were asked for, else those of the artifact if it is made, else those published for
 * the recipe if it is the published one.
 * @param asked `[source, target]`, or undefined
 */
export async function dictionarySizes(corpus: ViewedInput, asked: Json | undefined): Promise<DictionarySizes> {
  if (asked !== undefined) {
    const [source, target] = asked as [number, number];
    return known({ source, target }, 'option', 'as asked for');
  }
  const folder = await corpus.folder();
  if (folder !== undefined) return known(readManifest(folder).dictionary, 'corpus', 'those of the corpus in the store');
  if (isPublishedRecipe(corpus.stage)) {
    return known(publishedDictionary, 'published', 'those published for this recipe; the corpus is not in the store yet');
  }
  return {
    from: 'unknown',
    text: 'Counts with output projection and embeddings need the sizes of the dictionaries: make the corpus, or give --dictionaries SOURCE,TARGET.',
  };
}

function known(sizes: Record<Role, number>, from: DictionarySizes['from'], where: string): DictionarySizes {
  const [source, target] = [sizes.source, sizes.target].map((size) => size.toLocaleString('en-US'));
  return { sizes, from, text: `Dictionaries of ${source} and ${target} symbols: ${where}.` };
}

/** Whether a stage makes the corpus of IWSLT'14 German to English with the settings that the published figures are for. */
function isPublishedRecipe({ type, params, inputs }: ViewedStage): boolean {
  if (type !== 'preprocess' || inputs.raw === undefined) return false;
  const { recipe } = params;
  const raw = inputs.raw.stage.params;
  const isReleased = raw.format === 'iwslt14' && raw.source === 'de' && raw.target === 'en';
  return isReleased && recipe !== 'parallel' && Object.entries(publishedSettings).every(([name, value]) => params[name] === value);
}
