import type { Passages } from '../part.ts';

/** Comma-separated values after RFC 4180, figures as they are. */
export function asCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
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
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
