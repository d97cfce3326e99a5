import type { ProgressUpdate } from '../stage.ts';

/** Time over which the past fades from the average by the factor e. */
const fadeSeconds = 15;

/** Units per second of one stage's work, averaged over the last moments. */
export class RateMeter {
  #last: { update: ProgressUpdate; seconds: number } | undefined;
  #units = 0;
  #seconds = 0;

  /**
   * @param seconds time of the update, on any clock that goes forwards
   * @returns units per second, and seconds left; 0 and infinity until two updates have come, and
   * always infinity without a total
   */
  observe(update: ProgressUpdate, seconds: number): { rate: number; left: number } {
    const last = this.#last;
    this.#last = { update, seconds };
    // A stage may count one thing after another.
    if (
      last === undefined
      || last.update.unit !== update.unit
      || last.update.total !== update.total
      || update.done < last.update.done
    ) {
      this.#units = 0;
      this.#seconds = 0;
    } else {
      const elapsed = seconds - last.seconds;
      const fade = Math.exp(-elapsed / fadeSeconds);
      this.#units = this.#units * fade + (update.done - last.update.done);
      this.#seconds = this.#seconds * fade + elapsed;
    }
    const rate = this.#seconds > 0 ? this.#units / this.#seconds : 0;
    const remaining = (update.total ?? Infinity) - update.done;
    return { rate, left: remaining <= 0 ? 0 : remaining / rate };
  }
}
