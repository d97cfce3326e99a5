import { formatCell } from '../cells.ts';
import { drawChart, seriesOf } from '../drawing/chart.ts';
import { drawDiagram, tonesOf } from '../drawing/diagram.ts';
import { coloursOf, dashesOf } from '../drawing/palette.ts';
import { Html, markup } from '../html.ts';
import type { Content, Passages, ReportPart, DataTable, Tally, TallyFigure } from '../part.ts';
import { renderPassages } from './passages.ts';
import { foldedTable, mostRows, plainTable } from './tables.ts';

/** Longer lists of commands are folded. */
const mostCommands = 2;

export interface RenderedPart {
  html: Html;
  /** Passages that did not all find room on the page. */
  beside?: Passages;
}

/** @param room bytes that passages may take on the page */
export function renderPart(part: ReportPart, id: string, room: number, link?: string): RenderedPart {
  const { title, text = [], content, commands } = part;
  const { html: body, beside } = renderContent(content, title, room, link);
  return {
    html: markup`<section class="part ${content.kind}-part" id="${id}">
      <h3>${title}</h3>
      ${text.map((paragraph) => markup`<p>${paragraph}</p>`)}${body}${renderCommands(commands)}
    </section>`,
    ...(beside === undefined ? {} : { beside }),
  };
}

function renderContent(content: Content, title: string, room: number, link?: string): RenderedPart {
  switch (content.kind) {
    case 'chart':
      return {
        html: markup`${figure(drawChart(content), title, seriesOf(content))}${foldedTable(content.table, title)}`,
      };
    case 'diagram':
      return {
        html: markup`${figure(drawDiagram(content), title, tonesOf(content))}${foldedTable(content.table, title)}`,
      };
    case 'tally':
      return { html: markup`${renderTally(content)}${foldedTable(content.table, title)}` };
    case 'table':
      return {
        html:
          content.folded || content.table.rows.length > mostRows
            ? foldedTable(content.table, title)
            : markup`<div class="scroll" tabindex="0">${plainTable(content.table)}</div>`,
      };
    case 'passages': {
      const { html: list, embedded } = renderPassages(content, title, room);
      if (embedded === content.passages.length) return { html: list };
      const rest =
        link === undefined
          ? undefined
          : markup`<p class="note">All of them: <a href="${link}">${link}</a>, a file beside this page.</p>`;
      return { html: markup`${list}${rest}`, beside: content };
    }
  }
}

function figure(drawing: Html, title: string, names: readonly string[]): Html {
  return markup`<figure>
    <div class="scroll drawing" tabindex="0" role="img" aria-label="${title}">${drawing}</div>
    ${legend(names)}
  </figure>`;
}

function legend(names: readonly string[]): Html | undefined {
  if (names.length < 2) return undefined;
  const colours = coloursOf(names);
  return markup`<ul class="legend">
    ${names.map((name, i) => {
      const dashes = dashesOf(i);
      return markup`<li>
        <svg width="22" height="10" aria-hidden="true">
          <line
            x1="1"
            x2="21"
            y1="5"
            y2="5"
            stroke="${colours[i]}"
            stroke-width="${dashes === undefined ? 8 : 3}"
            ${dashes === undefined ? undefined : markup` stroke-dasharray="${dashes}"`}
          /></svg
        >${name}
      </li>`;
    })}
  </ul>`;
}

function renderTally({ table, label, figures }: Tally): Html {
  return markup`<div class="tally">
    ${table.rows.map(
      (row) =>
        markup`<article>
          <h4>${formatCell(row[label], {})}</h4>
          <dl>${figures.flatMap((shown) => tallyFigure(shown, row, table))}</dl>
        </article>`,
    )}
  </div>`;
}

function tallyFigure(
  { column, plusMinus, millions, note }: TallyFigure,
  row: DataTable['rows'][number],
  table: DataTable,
): Html[] {
  const value = row[column];
  const described = table.columns.find(({ name }) => name === column);
  if (value === null || value === undefined || described === undefined) return [];
  const shown =
    millions && typeof value === 'number'
      ? `${formatCell(value / 1e6, { digits: 2 })} M`
      : formatCell(value, described);
  const half = plusMinus === undefined ? undefined : row[plusMinus];
  return [
    markup`<div>
      <dt>${described.title}</dt>
      <dd>
        <data value="${value}">${shown}</data>${
          typeof half === 'number'
            ? markup` <small>± <data value="${half}">${formatCell(half, described)}</data></small>`
            : undefined
        }
      </dd>
      ${note === undefined ? undefined : markup`<dd class="note">${note}</dd>`}
    </div>`,
  ];
}

function renderCommands(commands: readonly string[]): Html | undefined {
  const distinct = [...new Set(commands)];
  if (distinct.length === 0) return undefined;
  const list = markup`<pre tabindex="0"><code>${distinct.join('\n')}</code></pre>`;
  return distinct.length > mostCommands
    ? markup`<details class="commands">
        <summary>Made by <small>${distinct.length} commands</small></summary>
        ${list}
      </details>`
    : markup`<div class="commands">${list}</div>`;
}
