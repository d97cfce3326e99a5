import { formatCell } from '../cells.ts';
import type { Chart, DataTable, Mark, ReportPart } from '../part.ts';
import type { TaggedValue } from './event-file.ts';

/** What TensorBoard can show of parts, by step: key figures and tables of results as text, stacked bars as histograms. */
export function valuesOfParts(parts: readonly ReportPart[]): { step: number; value: TaggedValue }[] {
  return parts.flatMap(({ title, headline, content }) => {
    if (content.kind === 'chart') return histograms(content, title);
    if (!headline || !('table' in content)) return [];
    return [{ step: 0, value: { kind: 'text' as const, tag: title, text: asMarkdown(content.table) } }];
  });
}

/** A histogram for each small chart, with a step for each place from the left, and a bucket for each colour. */
function histograms({ table, marks, colour, facet }: Chart, title: string): { step: number; value: TaggedValue }[] {
  const bar = marks.find((mark): mark is Extract<Mark, { type: 'bar' }> => mark.type === 'bar');
  if (bar === undefined || colour === undefined) return [];
  const steps = valuesOf(table, bar.x);
  const edges = edgesBetween(valuesOf(table, colour));
  const facets = facet === undefined ? [undefined] : valuesOf(table, facet);
  return facets.flatMap((place) =>
    steps.flatMap((at, step) => {
      const rows = table.rows.filter(
        (row) => String(row[bar.x]) === at && (facet === undefined || String(row[facet]) === place),
      );
      if (rows.length === 0) return [];
      const buckets = [...edges].map(([name, [from, to]]): [number, number, number] => [
        from,
        to,
        rows.reduce((sum, row) => (String(row[colour]) === name ? sum + Number(row[bar.y]) : sum), 0),
      ]);
      const tag = place === undefined ? title : `${title}/${place}`;
      return [{ step, value: { kind: 'histogram' as const, tag, buckets } }];
    }),
  );
}

function valuesOf({ rows }: DataTable, column: string): string[] {
  return [...new Set(rows.map((row) => String(row[column])))];
}

/** Around numbers, halfway to their neighbours; of words, each has the width of 1, in their order. */
function edgesBetween(values: readonly string[]): Map<string, [number, number]> {
  const numbers = values.map(Number);
  if (numbers.length < 2 || !numbers.every(Number.isFinite))
    return new Map(values.map((value, i) => [value, [i - 0.5, i + 0.5]]));
  const sorted = numbers.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  const middle = (i: number) => (sorted[i] + sorted[i + 1]) / 2;
  return new Map(
    sorted.map((number, i) => [
      values[numbers.indexOf(number)],
      [i === 0 ? 2 * number - middle(0) : middle(i - 1), i === last ? 2 * number - middle(last - 1) : middle(i)],
    ]),
  );
}

/** A table as Markdown, figures rounded as on the page. */
export function asMarkdown({ columns, rows }: DataTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => formatCell(row[column.name], column)))),
  ].join('\n');
}

function escapeCell(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
}
