/** Holds all processes of one stage, those of its parts included, to the memory that the stage was given. */
export class MemoryGuard {
  readonly #limit: number;
  readonly #exceeded = new AbortController();
  /** Resident bytes by job, as of the last time that each was looked at. */
  readonly #resident = new Map<object, number>();
  #peak = 0;

  /** @param limit in bytes; 0 lets everything pass */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Aborts when there is a limit and the stage has passed it. */
  get exceeded(): AbortSignal {
    return this.#exceeded.signal;
  }

  get hasLimit(): boolean {
    return this.#limit > 0;
  }

  /** Largest resident memory of all together. */
  get peakBytes(): number {
    return this.#peak;
  }

  /** Takes note of what a job's processes hold now. */
  report(job: object, bytes: number): void {
    this.#resident.set(job, bytes);
    const sum = [...this.#resident.values()].reduce((all, each) => all + each, 0);
    this.#peak = Math.max(this.#peak, sum);
    if (this.hasLimit && sum > this.#limit) this.#exceeded.abort();
  }

  ended(job: object): void {
    this.#resident.delete(job);
  }

  /** What a stage that passed its limit ends with. */
  get message(): string {
    return (
      `it took ${mebibytes(this.#peak)} of memory, and its limit is ${mebibytes(this.#limit)}: `
      + 'let it have more with "memory" in its resources, or give it less to do'
    );
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
