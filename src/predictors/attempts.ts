import path from 'node:path';
import { appendChecked, readChecked } from '../disk/checked-lines.ts';
import type { MeasuredLatency } from '../nas/costs/latency.ts';
import type { StageContext } from '../runner/stage.ts';

/** A line of progress: genes and what one attempt came to. */
type Line = [genes: string, mean: number, deviation: number];

/** Every attempt to measure a network, in the stage's progress: an interrupted stage measures what it has not. */
export class Attempts {
  private readonly known = new Map<string, MeasuredLatency[]>();
  private readonly file: string;

  constructor({ progress, events }: Pick<StageContext, 'progress' | 'events'>) {
    this.file = path.join(progress, 'latencies.jsonl');
    const { values, damaged } = readChecked(this.file);
    if (damaged > 0) events.log(`${damaged} lines of ${this.file} are damaged and measured again`, 'warning');
    for (const [genes, mean, deviation] of values as Line[]) this.add(genes, { mean, deviation });
  }

  of(genes: string): readonly MeasuredLatency[] {
    return this.known.get(genes) ?? [];
  }

  append(genes: string, latency: MeasuredLatency): void {
    appendChecked(this.file, [genes, latency.mean, latency.deviation] satisfies Line);
    this.add(genes, latency);
  }

  private add(genes: string, latency: MeasuredLatency): void {
    this.known.set(genes, [...this.of(genes), latency]);
  }
}

/** How much a latency varies: deviation over mean. */
export function noiseOf({ mean, deviation }: MeasuredLatency): number {
  return deviation / mean;
}

/** The attempt that varies least. */
export function quietest(attempts: readonly MeasuredLatency[]): MeasuredLatency {
  return attempts.reduce((best, attempt) => (noiseOf(attempt) < noiseOf(best) ? attempt : best));
}
