/** What went wrong in a proof, told as it happens. */
export class Faults {
  #count = 0;

  add(text: string): void {
    this.#count++;
    console.log(`FAULT: ${text}`);
  }

  get count(): number {
    return this.#count;
  }

  /** Says how the proof ended, and exits. */
  conclude(claim: string): never {
    console.log(this.#count === 0 ? `holds: ${claim}` : `does NOT hold, ${this.#count} faults: ${claim}`);
    process.exit(this.#count === 0 ? 0 : 1);
  }
}
