import { formatCell, isNumeric } from '../cells.ts';
import { Html, markup } from '../html.ts';
import type { Column, DataTable } from '../part.ts';
import { Packed } from './packed.ts';

/** Longer tables are packed, and become HTML when they are opened. */
export const mostRows = 500;

/** A table that opens, with buttons that save what it holds; figures that it rounds, it keeps as they are. */
export function foldedTable(table: DataTable, title: string): Html {
  const body =
    table.rows.length > mostRows
      ? packedTable(table)
      : markup`<div class="scroll" tabindex="0">${plainTable(table)}</div>`;
  const rows = table.rows.length === 1 ? '1 row' : `${table.rows.length.toLocaleString('en-US')} rows`;
  return markup`<details class="data" data-title="${title}">
    <summary>Data <small>${rows}</small></summary>
    ${saveButtons()}${body}
  </details>`;
}

export function saveButtons(): Html {
  return markup`<p class="save" hidden>
    <button type="button" data-save="csv">Save as CSV</button>
    <button type="button" data-save="json">Save as JSON</button>
  </p>`;
}

export function plainTable(table: DataTable): Html {
  const numeric = table.columns.map((column) => isNumeric(table, column));
  return markup`<table>
    <thead>
      <tr>
        ${table.columns.map(({ name, title }, i) => markup`<th scope="col" data-name="${name}" class="${numeric[i] ? 'number' : 'word'}">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${table.rows.map(
        (row) =>
          markup`<tr>
            ${table.columns.map((column, i) => cell(row[column.name], column, numeric[i]))}
          </tr> `,
      )}
    </tbody>
  </table>`;
}

function cell(value: string | number | null | undefined, column: Column, numeric: boolean): Html {
  const shown = formatCell(value, column);
  const text = typeof value === 'number' ? markup`<data value="${value}">${shown}</data>` : markup`${shown}`;
  return markup`<td class="${numeric ? 'number' : 'word'}">${text}</td>`;
}

function packedTable({ columns, rows }: DataTable): Html {
  const packed = new Packed({
    columns,
    rows: rows.map((row) => columns.map(({ name }) => row[name] ?? null)),
  });
  return markup`<div class="scroll" tabindex="0" data-packed="table"></div>
    ${packed.element}`;
}
