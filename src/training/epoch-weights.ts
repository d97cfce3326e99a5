import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ParameterSet } from '../tensor/parameter-set.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';

/** The weights at the end of the last epochs, kept as files so that they outlive an interruption. */
export class EpochWeights {
  /** @param count how many are kept */
  constructor(
    private readonly folder: string,
    private readonly count: number,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  add(updates: number, weights: ParameterSet): void {
    writeSafetensors(this.file(updates), weights);
    for (const old of this.files().slice(0, -this.count)) rmSync(old);
  }

  /** The mean of the last ones. */
  mean(): { weights: ParameterSet; count: number } {
    const sets = this.files().map((file) => readSafetensors(file));
    return { weights: meanOf(sets), count: sets.length };
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
    const sets = [...ends.map((update) => readSafetensors(this.file(update))), last].slice(-this.count);
    return { weights: meanOf(sets), count: sets.length };
  }

  /** Takes over what an earlier stretch of the same training kept in another folder. */
  takeOver(folder: string): void {
    cpSync(folder, this.folder, { recursive: true });
  }

  get isEmpty(): boolean {
    return this.files().length === 0;
  }

  private files(): string[] {
    return this.updates().map((update) => this.file(update));
  }

  private file(update: number): string {
    return path.join(this.folder, `${update}.safetensors`);
  }

  /** Oldest first. */
  private updates(): number[] {
    return readdirSync(this.folder)
      .map((name) => parseInt(name, 10))
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
