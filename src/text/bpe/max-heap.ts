/** A binary heap: gives back the greatest of its items, by a comparison that is fixed while they are in it. */
export class MaxHeap<Item> {
  private readonly items: Item[] = [];
  private readonly compare: (a: Item, b: Item) => number;

  constructor(compare: (a: Item, b: Item) => number) {
    this.compare = compare;
  }

  push(item: Item): void {
    const { items } = this;
    let place = items.push(item) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.compare(items[parent], item) >= 0) break;
      items[place] = items[parent];
      place = parent;
    }
    items[place] = item;
  }

  /** Takes the greatest item out; none if the heap is empty. */
  pop(): Item | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let place = 0;
    for (let child = 1; child < items.length; child = 2 * place + 1) {
      if (child + 1 < items.length && this.compare(items[child + 1], items[child]) > 0) child++;
      if (this.compare(last, items[child]) >= 0) break;
      items[place] = items[child];
      place = child;
    }
    items[place] = last;
    return top;
  }
}
