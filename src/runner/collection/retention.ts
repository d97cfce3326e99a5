import type { RunRecord } from '../records.ts';

/**
 * Why runs are kept whatever the limits: of each pipeline the newest run that brought all of it up to date, which shows
 * its results, and what was run since.
 * @param runs newest first
 * @returns the reason by the run's id
 */
export function shownRuns(runs: readonly RunRecord[]): Map<string, string> {
  const shown = new Map<string, string>();
  const complete = new Set<string>();
  for (const { id, pipeline, file, status, partial } of runs) {
    const name = `${pipeline} ${file}`;
    if (complete.has(name)) continue;
    if (status === 'succeeded' && partial === undefined) {
      complete.add(name);
      shown.set(id, `shows the results of ${pipeline}`);
    } else {
      shown.set(id, `newer than the last whole run of ${pipeline}`);
    }
  }
  return shown;
}
