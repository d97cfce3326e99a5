/**
 * Consecutive items together, as many as keep items × longest within `tokens`, padding included, and at most `most`; one at least.
 */
export function* groupsWithin<Item>(items: Iterable<Item>, lengthOf: (item: Item) => number, tokens: number, most = Infinity): Generator<Item[]> {
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
