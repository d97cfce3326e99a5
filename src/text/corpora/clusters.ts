import { DisjointSets } from './disjoint-sets.ts';

/** Length of the character n-grams that two texts are compared by. */
const gramLength = 4;

/**
 * Groups texts that are near-duplicates of each other, directly or through others: two belong together when the sets of
 * their character 4-grams have a Jaccard similarity of at least `threshold`. Case, digits, placeholders, quotes and
 * other punctuation are ignored, because variants of one message differ in them.
 *
 * @param views the texts, once for each view of them that may tie two together, such as their two languages
 * @returns the cluster of each text, named by the smallest index in it
 */
export function clusterSimilar(views: readonly (readonly string[])[], threshold: number): number[] {
  const forest = new DisjointSets(views[0].length);
  for (const texts of views) {
    for (const [a, b] of similarPairs(texts.map(grams), threshold)) forest.join(a, b);
  }
  return views[0].map((_, i) => forest.find(i));
}

/** The letters of a text in lower case, its words parted by single spaces. */
export function normalize(text: string): string {
  return text
    .toLowerCase()
    .replace(/\{\d+\}/g, ' ')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}

function grams(text: string): Set<string> {
  const padded = ` ${normalize(text)} `;
  const found = new Set<string>();
  for (let i = 0; i + gramLength <= padded.length; i++) found.add(padded.slice(i, i + gramLength));
  // A text shorter than a gram is compared as a whole; one without letters is similar to no other.
  if (found.size === 0 && padded.trim() !== '') found.add(padded);
  return found;
}

/**
 * Counts common n-grams through lists of the texts that hold each, so that texts without any in common cost nothing.
 */
function* similarPairs(sets: readonly Set<string>[], threshold: number): Generator<[number, number]> {
  const holders = new Map<string, number[]>();
  const common = new Int32Array(sets.length);
  for (const [i, set] of sets.entries()) {
    const touched: number[] = [];
    for (const gram of set) {
      const others = holders.get(gram);
      if (others === undefined) {
        holders.set(gram, [i]);
        continue;
      }
      for (const j of others) {
        if (common[j]++ === 0) touched.push(j);
      }
      others.push(i);
    }
    for (const j of touched) {
      const union = set.size + sets[j].size - common[j];
      if (common[j] / union >= threshold) yield [i, j];
      common[j] = 0;
    }
  }
}
