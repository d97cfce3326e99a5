import type { DataTable, Passages } from './part.ts';

/**
 * Comma-separated values after RFC 4180, figures as they are. Text that a spreadsheet would compute with gets an
 * apostrophe before it (OWASP, CSV injection).
 */
export function asCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** Headed by the names of its columns. */
export function tableAsCsv({ columns, rows }: DataTable): string {
  const names = columns.map(({ name }) => name);
  return asCsv([names, ...rows.map((row) => names.map((name) => row[name] ?? null))]);
}

export function passagesAsCsv({ labels, columns, passages }: Passages): string {
  return asCsv([
    ['number', ...columns.map(({ title }) => title), ...labels.map(({ title }) => title)],
    ...passages.map(({ number, figures, texts }) => [
      number,
      ...figures,
      ...texts.map((stretches) => stretches.join('')),
    ]),
  ]);
}

function field(value: string | number | null): string {
  const text = isFormula(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function isFormula(value: string | number | null): boolean {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !Number.isFinite(Number(value));
}
