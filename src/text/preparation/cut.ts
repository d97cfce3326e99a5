import { createHash } from 'node:crypto';
import { DisjointSets } from '../corpora/disjoint-sets.ts';
import type { Cut } from '../formats/format.ts';
import { roles } from '../parallel-text.ts';
import type { NumberedText, Vocabulary } from './numbered-text.ts';

/**
 * Which pairs a split takes out of a text. Pairs that are the same on either side go together, directly or through others,
 * so that no sentence is on both sides of the cut. Every n-th group of such pairs is taken, counted from 1 by the first
 * pair of each; or groups in an order that the seed and their text decide, as long as they fit.
 *
 * @param taken pairs that another split has
 */
export function cutPairs(
  text: NumberedText,
  vocabulary: Vocabulary,
  cut: Cut,
  taken: ReadonlySet<number>,
): (pair: number) => boolean {
  const sentences = [...sentencesOf(text, vocabulary)];
  const sets = new DisjointSets(sentences.length);
  for (const role of roles) {
    const first = new Map<string, number>();
    sentences.forEach((pair, i) => {
      const other = first.get(pair[role]);
      if (other === undefined) first.set(pair[role], i);
      else sets.join(other, i);
    });
  }
  const groups = new Map<number, number[]>();
  sentences.forEach((_, i) => {
    if (taken.has(i)) return;
    const group = groups.get(sets.find(i));
    if (group) group.push(i);
    else groups.set(sets.find(i), [i]);
  });
  const all = [...groups.values()];
  const chosen = 'every' in cut ? all.filter((_, i) => (i + 1) % cut.every === 0) : sample(all, cut, sentences);
  const pairs = new Set(chosen.flat());
  return (pair) => pairs.has(pair);
}

function sample(
  groups: readonly number[][],
  { pairs, seed }: { pairs: number; seed: number },
  sentences: readonly { source: string; target: string }[],
): number[][] {
  const ranked = groups.map((group) => {
    const { source, target } = sentences[group[0]];
    return { group, rank: createHash('sha256').update(`${seed}\n${source}\n${target}`).digest('hex') };
  });
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  let left = pairs;
  return ranked.flatMap(({ group }) => {
    if (group.length > left) return [];
    left -= group.length;
    return [group];
  });
}

function* sentencesOf(text: NumberedText, { words }: Vocabulary): Generator<{ source: string; target: string }> {
  for (const part of text) {
    const ends = { source: 0, target: 0 };
    for (let i = 0; i < part.source.lengths.length; i++) {
      const [source, target] = roles.map((role) => {
        const start = ends[role];
        ends[role] += part[role].lengths[i];
        return Array.from(part[role].words.subarray(start, ends[role]), (word) => words[word]).join(' ');
      });
      yield { source, target };
    }
  }
}
