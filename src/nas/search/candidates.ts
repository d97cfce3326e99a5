import { formatGenes, type Genes } from '../space.ts';

/** A candidate that was judged. */
export interface Scored {
  genes: Genes;
  /** The lower the better. */
  score: number;
}

/**
 * Best first, a score that is not a number last; equal scores in the order of their genes, so that a ranking
 * is one and the same everywhere.
 */
export function rank(scored: readonly Scored[]): Scored[] {
  const entries = scored.map((item) => ({
    item,
    score: Number.isNaN(item.score) ? Infinity : item.score,
    text: formatGenes(item.genes),
  }));
  const order = (a: (typeof entries)[0], b: (typeof entries)[0]): number => {
    if (a.score !== b.score) return a.score < b.score ? -1 : 1;
    return a.text < b.text ? -1 : 1;
  };
  return entries.sort(order).map(({ item }) => item);
}

/**
 * The same within strata: the best of each stratum, best first, then the second of each, and so on, so that any
 * beginning of the ranking has as many of each stratum as there are.
 */
export function rankWithin(scored: readonly Scored[], stratumOf: (genes: Genes) => string): Scored[] {
  const places = new Map<string, number>();
  const placed = rank(scored).map((item, order) => {
    const stratum = stratumOf(item.genes);
    const place = places.get(stratum) ?? 0;
    places.set(stratum, place + 1);
    return { item, place, order };
  });
  return placed.sort((a, b) => a.place - b.place || a.order - b.order).map(({ item }) => item);
}

export function distinct(genes: readonly Genes[]): Genes[] {
  return [...new Map(genes.map((item) => [formatGenes(item), item])).values()];
}

/** The candidates and `count` others, as many as can be had, which are drawn until they are new and accepted. */
export function fill(
  candidates: readonly Genes[],
  count: number,
  draw: () => Genes,
  accepts: (genes: Genes) => boolean,
): Genes[] {
  const filled = [...candidates];
  const known = new Set(candidates.map(formatGenes));
  // A small or nearly exhausted space offers nothing new after some time; 50 draws for each tell.
  for (let draws = 0; filled.length < candidates.length + count && draws < 50 * count; draws++) {
    const genes = draw();
    const text = formatGenes(genes);
    if (known.has(text) || !accepts(genes)) continue;
    known.add(text);
    filled.push(genes);
  }
  return filled;
}
