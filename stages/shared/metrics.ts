import { writeDocument } from './documents.ts';

/** Points of a curve: update, value. */
export type Series = [number, number][];

/** A curve's last value. */
export function finalOf(series: Series): number {
  return series.at(-1)![1];
}

/** Writes a `metrics` artifact. */
export function writeMetrics(folder: string, summary: string, series: Record<string, Series>, values: Record<string, number>): void {
  writeDocument(folder, 'metrics', { summary, series, values });
}
