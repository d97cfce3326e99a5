import type { Column, DataTable, TableCell } from './part.ts';

/** A cell as people read it: rounded as its column says, thousands parted. */
export function formatCell(value: TableCell | undefined, { digits }: Pick<Column, 'digits'>): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return String(value);
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits ?? 0,
    maximumFractionDigits: digits ?? 20,
    useGrouping: Number.isInteger(value) ? 'min2' : 'auto',
  });
}

/** Text of at most so many characters. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** All that is known of a row, a line each. */
export function describeRow({ columns }: DataTable, row: DataTable['rows'][number]): string {
  return columns
    .filter(({ name }) => (row[name] ?? '') !== '')
    .map((column) => `${column.title}: ${formatCell(row[column.name], column)}`)
    .join('\n');
}

/** Whether a column's cells stand right: all that it has are numbers. */
export function isNumeric({ rows }: DataTable, { name }: Column): boolean {
  const values = rows.map((row) => row[name]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => typeof value === 'number');
}
