import { writeDocument } from './documents.ts';

/** Points of a curve: update, value. */
export type Series = [number, number][];

/** Writes a `metrics` artifact. */
export function writeMetrics(folder: string, summary: string, series: Record<string, Series>, values: Record<string, number>): void {
  writeDocument(folder, 'metrics', { summary, series, values });
}
