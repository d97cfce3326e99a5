/** Time between two looks that counts: who did not look, because it was suspended or waited for a disk, saw nothing. */
const longestLook = 1000;

/**
 * For how long places have looked the same to this process, by its own clock alone: those of two machines may differ
 * by hours.
 */
export class Stillness {
  readonly #seen = new Map<string, { state: string; looked: number; still: number }>();

  /** Milliseconds of looking during which a place was in this state. */
  observe(place: string, state: string): number {
    const now = performance.now();
    const seen = this.#seen.get(place);
    const still = seen?.state === state ? seen.still + Math.min(now - seen.looked, longestLook) : 0;
    this.#seen.set(place, { state, looked: now, still });
    return still;
  }

  forget(place: string): void {
    this.#seen.delete(place);
  }
}
