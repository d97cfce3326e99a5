import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ParameterSet } from '../tensor/parameter-set.ts';
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
    writeSafetensors(path.join(this.folder, `${updates}.safetensors`), weights);
    for (const old of this.files().slice(0, -this.count)) rmSync(old);
  }

  /** The mean of the last ones, summed in order of age so that it is the same every time. */
  mean(): { weights: ParameterSet; count: number } {
    const files = this.files();
    const [first, ...others] = files.map((file) => readSafetensors(file));
    for (const [name, { data }] of first.entries) {
      const sum = Float64Array.from(data);
      for (const other of others) other.get(name).data.forEach((value, i) => (sum[i] += value));
      for (let i = 0; i < data.length; i++) data[i] = sum[i] / files.length;
    }
    return { weights: first, count: files.length };
  }

  get isEmpty(): boolean {
    return this.files().length === 0;
  }

  private files(): string[] {
    if (!existsSync(this.folder)) return [];
    const updates = readdirSync(this.folder)
      .map((name) => parseInt(name, 10))
      .sort((a, b) => a - b);
    return updates.map((update) => path.join(this.folder, `${update}.safetensors`));
  }
}
