/**
 * The items in turns: first the first of each stratum, then the second of each, and so on, each turn in the order of the
 * items. So whatever the first of them are, they come from the strata as evenly as these allow.
 */
export function inTurns<Item>(items: readonly Item[], stratumOf: (item: Item) => string): Item[] {
  const seen = new Map<string, number>();
  const turns: Item[][] = [];
  for (const item of items) {
    const stratum = stratumOf(item);
    const turn = seen.get(stratum) ?? 0;
    seen.set(stratum, turn + 1);
    (turns[turn] ??= []).push(item);
  }
  return turns.flat();
}

/** The bin of a figure among `bins` of equal width between two bounds, from 0; beyond them, the one at the edge. */
export function binOf(figure: number, { floor, limit }: { floor: number; limit: number }, bins: number): number {
  if (limit <= floor) return 0;
  return Math.min(bins - 1, Math.max(0, Math.floor((bins * (figure - floor)) / (limit - floor))));
}
