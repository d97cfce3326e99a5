/**
 * Consecutive items together, as many as keep items × longest within `tokens`, padding included,
 * and at most `most`; one at least.
 */
export function* groupsWithin<Item>(
  items: Iterable<Item>,
  lengthOf: (item: Item) => number,
  tokens: number,
  most = Infinity,
): Generator<Item[]> {
  let group: Item[] = [];
  let longest = 0;
  for (const item of items) {
    longest = Math.max(longest, lengthOf(item));
    if (group.length > 0 && (group.length === most || (group.length + 1) * longest > tokens)) {
      yield group;
      group = [];
      longest = lengthOf(item);
    }
    group.push(item);
  }
  if (group.length > 0) yield group;
}

/**
 * What starting one more group costs, in tokens: the calls of a forward pass take as long
 * as some tokens more of padding.
 */
const groupCost = 128;

/**
 * Sentence pairs in groups of similar length with as little padding as there can be, counting each group as `groupCost`
 * tokens more. A group keeps pairs × longest side within `tokens`, or is one pair.
 *
 * @param sourceLengths,targetLengths of each pair
 * @returns places of the pairs, shortest first
 */
export function leastPadded(
  sourceLengths: ArrayLike<number>,
  targetLengths: ArrayLike<number>,
  tokens: number,
): number[][] {
  const longer = (pair: number) => Math.max(sourceLengths[pair], targetLengths[pair]);
  const order = Array.from(sourceLengths, (_, pair) => pair).sort(
    (a, b) => longer(a) - longer(b) || sourceLengths[a] - sourceLengths[b] || a - b,
  );
  // The cheapest way to group the first `end` pairs, and where its last group starts; costs are sums over both sides.
  const costs = [0];
  const starts = [0];
  for (let end = 1; end <= order.length; end++) {
    costs[end] = Infinity;
    let source = 0;
    let target = 0;
    for (let start = end - 1; start >= 0; start--) {
      source = Math.max(source, sourceLengths[order[start]]);
      target = Math.max(target, targetLengths[order[start]]);
      const size = end - start;
      if (size > 1 && size * Math.max(source, target) > tokens) break;
      const cost = costs[start] + size * (source + target) + 2 * groupCost;
      if (cost < costs[end]) {
        costs[end] = cost;
        starts[end] = start;
      }
    }
  }
  const groups: number[][] = [];
  for (let end = order.length; end > 0; end = starts[end]) groups.unshift(order.slice(starts[end], end));
  return groups;
}
