/**
 * Lines up the columns of `rows` with two spaces between them; the last column is left
 * ragged. Colour codes take no width.
 */
export function drawTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      if (column < row.length - 1) widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < row.length - 1 ? cell + ' '.repeat(widths[column] - visibleWidth(cell)) : cell,
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A table in Markdown; the first row is its head. */
export function drawMarkdownTable([head, ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function visibleWidth(text: string): number {
  return [...text.replace(/\x1b\[[0-9;]*m/g, '')].length;
}
