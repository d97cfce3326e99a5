import path from 'node:path';
import { appendChecked, readChecked } from '../disk/checked-lines.ts';
import type { CostMeterOptions } from '../nas/costs/meter.ts';
import { costNames, costOf } from '../nas/costs/table.ts';
import type { EventSink, StageContext } from '../runner/stage.ts';
import type { Measurements } from '../nas/measurements.ts';

type Saving = Pick<StageContext, 'progress' | 'events'>;

/** Losses of a stage's candidates. */
export function keptLosses({ progress, events }: Saving): Measurements {
  return new SavedMeasurements(path.join(progress, 'losses.jsonl'), events);
}

/** Figures of the costs that are expensive to measure, a file each. */
export function keptCosts({ progress, events }: Saving): NonNullable<CostMeterOptions['kept']> {
  return Object.fromEntries(
    costNames
      .filter((name) => !costOf(name).isCheap)
      .map((name) => [name, new SavedMeasurements(path.join(progress, `${name}.jsonl`), events)]),
  );
}

/** Figures by network in a file of the stage's progress, a line each: an interrupted ranking goes on where it was. */
export class SavedMeasurements implements Measurements {
  private readonly values: Map<string, number>;

  /** What is damaged is said, and measured again. */
  constructor(
    private readonly file: string,
    events: EventSink,
  ) {
    const { values, damaged } = readChecked(file);
    if (damaged > 0) events.log(`${damaged} lines of ${file} are damaged and measured again`, 'warning');
    this.values = new Map((values as [string, number | null][]).map(([network, value]) => [network, value ?? NaN]));
  }

  get(network: string): number | undefined {
    return this.values.get(network);
  }

  set(network: string, value: number): void {
    this.values.set(network, value);
    appendChecked(this.file, [network, value]);
  }
}
