import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, removeTree } from '../disk/files.ts';
import { flawOf, syncTree, writeSealed } from '../disk/sealed.ts';
import { StageError } from '../runner/stage.ts';
import { ParameterSet } from '../tensor/parameter-set.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';

const file = 'weights.safetensors';

/** The weights at the end of the last epochs, kept as sealed folders so that they outlive an interruption. */
export class EpochWeights {
  /** Ends that may not be on the disk yet. */
  private readonly unsafe = new Set<number>();

  /** @param count how many a mean is of */
  constructor(
    private readonly folder: string,
    private readonly count: number,
  ) {
    makeFolder(folder);
  }

  /** Not forced to the disk: one after the last save is made again, and a save forces those that it needs. */
  add(update: number, weights: ParameterSet): void {
    writeSealed(this.place(update), (draft) => writeSafetensors(path.join(draft, file), weights), { durable: false });
    this.unsafe.add(update);
  }

  /** Has these ends of epochs survive a power cut. */
  sync(ends: readonly number[]): void {
    for (const update of ends) if (this.unsafe.delete(update)) syncTree(this.place(update));
  }

  /**
   * The mean of the last ones; of a run shorter than an epoch, which has no epoch's end, the weights after its last update.
   * @param last these
   */
  mean(last: ParameterSet): { weights: ParameterSet; count: number } {
    const sets = this.updates()
      .slice(-this.count)
      .map((update) => this.read(update));
    return sets.length === 0 ? { weights: last, count: 1 } : { weights: meanOf(sets), count: sets.length };
  }

  /**
   * The mean of the last ones in the last fifth of a training up to update `updates`, and of the weights after it: where
   * training is short, earlier ones are those of a worse network.
   * @param last weights after update `updates`
   * @param begun updates of which none is of this training
   */
  meanOfLastFifth(updates: number, last: ParameterSet, begun = 0): { weights: ParameterSet; count: number } {
    const isLate = (update: number) => 5 * (update - begun) > 4 * (updates - begun);
    const ends = this.updates().filter((update) => isLate(update) && update < updates);
    const sets = [...ends.map((update) => this.read(update)), last].slice(-this.count);
    return { weights: meanOf(sets), count: sets.length };
  }

  /** Takes over what a mean after an update would be of, as an earlier stretch of the same training kept it. */
  takeOver(other: EpochWeights, update: number): void {
    for (const end of other.upTo(update)) {
      if (this.flawAt(end) === undefined) continue;
      removeTree(this.place(end));
      cpSync(other.place(end), this.place(end), { recursive: true });
    }
  }

  /** Why what was kept at an epoch's end is not as it was written; undefined where it is. */
  flawAt(update: number): string | undefined {
    return flawOf(this.place(update));
  }

  /** Ends of the epochs that a mean after an update would be of, oldest first. */
  upTo(update: number): number[] {
    return this.updates()
      .filter((end) => end <= update)
      .slice(-this.count);
  }

  /** Forgets all but these ends of epochs. */
  keepOnly(ends: ReadonlySet<number>): void {
    for (const update of this.updates()) if (!ends.has(update)) removeTree(this.place(update));
  }

  private read(update: number): ParameterSet {
    const flaw = this.flawAt(update);
    if (flaw !== undefined) {
      throw new StageError(
        `${this.place(update)} is damaged (${flaw}): start the stage again, it goes on from before that epoch's end.`,
      );
    }
    return readSafetensors(path.join(this.place(update), file));
  }

  private place(update: number): string {
    return path.join(this.folder, String(update));
  }

  /** Oldest first. */
  private updates(): number[] {
    return readdirSync(this.folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }
}

/** The mean of sets of the same shapes, in their order, so that it is the same every time. */
function meanOf(sets: readonly ParameterSet[]): ParameterSet {
  const mean = ParameterSet.like(sets[0]);
  for (const [name, { data }] of mean.entries) {
    const sum = Float64Array.from(sets[0].get(name).data);
    for (const set of sets.slice(1)) set.get(name).data.forEach((value, i) => (sum[i] += value));
    for (let i = 0; i < data.length; i++) data[i] = sum[i] / sets.length;
  }
  return mean;
}
