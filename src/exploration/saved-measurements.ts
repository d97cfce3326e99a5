import path from 'node:path';
import { appendChecked, readChecked } from '../disk/checked-lines.ts';
import type { CostMeterOptions } from '../nas/costs/meter.ts';
import { costNames, costOf } from '../nas/costs/table.ts';
import type { EventSink, StageContext } from '../runner/stage.ts';
import type { Measurements } from '../nas/measurements.ts';
import type { SentenceLosses } from '../nas/race.ts';

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

  constructor(
    private readonly file: string,
    events: EventSink,
  ) {
    const values = readLines(file, events) as [string, number | null][];
    this.values = new Map(values.map(([network, value]) => [network, value ?? NaN]));
  }

  get(network: string): number | undefined {
    return this.values.get(network);
  }

  set(network: string, value: number): void {
    this.values.set(network, value);
    appendChecked(this.file, [network, value]);
  }
}

/** Losses by sentence, in a file of the stage's progress: a line for each network and block, as floats in base64. */
export function keptSentenceLosses({ progress, events }: Saving): SentenceLosses {
  const file = path.join(progress, 'sentence-losses.jsonl');
  const lines = readLines(file, events) as [string, number, string][];
  const values = new Map(lines.map(([network, block, text]) => [keyOf(network, block), floatsOf(text)]));
  return {
    get: (network, block) => values.get(keyOf(network, block)),
    set(network, block, losses) {
      values.set(keyOf(network, block), losses);
      const { buffer, byteOffset, byteLength } = losses;
      appendChecked(file, [network, block, Buffer.from(buffer, byteOffset, byteLength).toString('base64')]);
    },
  };
}

const keyOf = (network: string, block: number): string => `${block} ${network}`;

function floatsOf(base64: string): Float32Array {
  // A copy: what Buffer gives need not begin at a multiple of four bytes.
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** What is damaged is said, and measured again. */
function readLines(file: string, events: EventSink): unknown[] {
  const { values, damaged } = readChecked(file);
  if (damaged > 0) events.log(`${damaged} lines of ${file} are damaged and measured again`, 'warning');
  return values;
}
