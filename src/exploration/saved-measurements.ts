import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import type { CostMeterOptions } from '../nas/costs/meter.ts';
import { costNames, costOf } from '../nas/costs/table.ts';
import type { Measurements } from '../nas/measurements.ts';

/** Losses of a stage's candidates. */
export function keptLosses(progress: string): Measurements {
  return new SavedMeasurements(path.join(progress, 'losses.jsonl'));
}

/** Figures of the costs that are expensive to measure, a file each. */
export function keptCosts(progress: string): NonNullable<CostMeterOptions['kept']> {
  return Object.fromEntries(
    costNames
      .filter((name) => !costOf(name).isCheap)
      .map((name) => [name, new SavedMeasurements(path.join(progress, `${name}.jsonl`))]),
  );
}

/** Figures by network in a file of the stage's progress, a line each: an interrupted ranking goes on where it was. */
export class SavedMeasurements implements Measurements {
  private readonly values = new Map<string, number>();

  constructor(private readonly file: string) {
    if (!existsSync(file)) return;
    const bytes = readFileSync(file);
    // The last line may have been cut off in the middle: the next one must not begin behind it.
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) truncateSync(file, whole);
    const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
    for (const line of lines) {
      const [network, value] = JSON.parse(line) as [string, number | null];
      this.values.set(network, value ?? NaN);
    }
  }

  get(network: string): number | undefined {
    return this.values.get(network);
  }

  set(network: string, value: number): void {
    this.values.set(network, value);
    appendFileSync(this.file, `${JSON.stringify([network, value])}\n`);
  }
}
