/** 32-bit integers that become more, packed. */
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

  /** A copy of what is in it, in memory of its own. */
  toArray(): Int32Array {
    return this.items.slice(0, this.count);
  }
}
