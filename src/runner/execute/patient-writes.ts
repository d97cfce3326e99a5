import { describeRefusal, refusalOf } from '../../disk/refusals.ts';
import { Diagnostic, ExitCode } from '../diagnostic.ts';

/** Between two attempts. */
const pauseMilliseconds = 1000;

/**
 * What a run writes to `runs/`: logs, metrics, links, its record. A disk that refuses them stops no stage, whose work is
 * in the store; they wait in their order, and are written as soon as there is room.
 */
export class PatientWrites {
  readonly #waiting: (() => void)[] = [];
  #tried = 0;

  /** @param onRefusal told what, where and what to do of the first write that has to wait */
  do(write: () => void, onRefusal: (message: string) => void = () => undefined): void {
    if (this.#waiting.length > 0) {
      this.#waiting.push(write);
      if (performance.now() - this.#tried > pauseMilliseconds) this.retry();
      return;
    }
    try {
      write();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      this.#waiting.push(write);
      onRefusal(`${describeRefusal(refusal).join('. ')} Until then, what is written there waits.`);
    }
  }

  /** Tries again what waits. @returns whether all is written */
  retry(): boolean {
    try {
      this.#writeAll();
      return true;
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      return false;
    }
  }

  /**
   * Tries for the last time.
   * @throws Diagnostic when something still cannot be written
   */
  finish(kept: string): void {
    try {
      this.#writeAll();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      const [what, advice] = describeRefusal(refusal);
      throw new Diagnostic(`the run cannot be recorded: ${what}`, {
        exitCode: ExitCode.failed,
        hint: `${advice} Then run again: what was made is in ${kept}, and is taken from there.`,
        cause: error,
      });
    }
  }

  #writeAll(): void {
    this.#tried = performance.now();
    for (; this.#waiting.length > 0; this.#waiting.shift()) this.#waiting[0]();
  }
}
