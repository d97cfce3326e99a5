import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { LossCache } from '../../src/nas/evaluate.ts';

/** Losses in a file of the stage's progress, a line each: an interrupted ranking goes on where it was. */
export class SavedLosses implements LossCache {
  private readonly losses = new Map<string, number>();

  constructor(private readonly file: string) {
    if (!existsSync(file)) return;
    // The last line may have been cut off in the middle.
    for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
      const [network, loss] = JSON.parse(line) as [string, number | null];
      this.losses.set(network, loss ?? NaN);
    }
  }

  get(network: string): number | undefined {
    return this.losses.get(network);
  }

  set(network: string, loss: number): void {
    this.losses.set(network, loss);
    appendFileSync(this.file, `${JSON.stringify([network, loss])}\n`);
  }
}
