/** Which graphics processors are free. How many anyone may take, a pool says. */
export class Devices {
  readonly #free: string[];

  constructor(names: readonly string[]) {
    this.#free = [...names];
  }

  /** As many as are wanted, or as there are. */
  take(count: number): string[] {
    return this.#free.splice(0, count);
  }

  giveBack(names: readonly string[]): void {
    this.#free.push(...names);
  }
}
