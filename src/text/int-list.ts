/** A growing list of 32-bit integers, four bytes each. */
export class IntList {
  private items = new Int32Array(1024);
  private count = 0;

  push(item: number): void {
    if (this.count === this.items.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.items);
      this.items = larger;
    }
    this.items[this.count++] = item;
  }

  get(index: number): number {
    return this.items[index];
  }

  get length(): number {
    return this.count;
  }

  /** A copy of the items. */
  toArray(): Int32Array {
    return this.items.slice(0, this.count);
  }
}
