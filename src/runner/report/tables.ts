import { asCsv, passagesAsCsv, tableAsCsv } from '../../report/csv.ts';
import { partNames } from '../../report/part-names.ts';
import { safeName } from '../../disk/files.ts';
import type { RunRecord } from '../records.ts';
import type { Store } from '../store/store.ts';
import type { RunReport } from './report.ts';
import { readStageMetrics } from './stage-metrics.ts';

/** A file of an export, by its path below the export's folder. */
export interface ExportedFile {
  name: string;
  content: string | Uint8Array;
}

/** All tables and sentences of a run's report as comma-separated values, and below `metrics/` what stages told over time. */
export function csvFiles(run: RunRecord, { parts }: RunReport, store: Store): ExportedFile[] {
  const tables = [...partNames(parts)].map(([{ content }, name]) => ({
    name: `${name}.csv`,
    content: content.kind === 'passages' ? passagesAsCsv(content) : tableAsCsv(content.table),
  }));
  const metrics = run.stages.flatMap((stage) => {
    const lines = readStageMetrics(run, stage, store);
    if (lines.length === 0) return [];
    const columns = [...new Set(lines.flatMap(({ values }) => Object.keys(values)))];
    const rows = lines.map(({ values }) => columns.map((column) => values[column] ?? null));
    return [{ name: `metrics/${safeName(stage.id)}.csv`, content: asCsv([columns, ...rows]) }];
  });
  return [...tables, ...metrics];
}
