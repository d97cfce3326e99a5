import { formatCell } from '../cells.ts';
import { drawChart, seriesOf } from '../drawing/chart.ts';
import { drawDiagram, tonesOf } from '../drawing/diagram.ts';
import { coloursOf, dashesOf } from '../drawing/palette.ts';
import { Html, html } from '../html.ts';
import type { Content, Passages, ReportPart, Table, Tally, TallyFigure } from '../part.ts';
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
    html: html`<section class="part ${content.kind}" id="${id}">
      <h3>${title}</h3>
      ${text.map((paragraph) => html`<p>${paragraph}</p>`)}${body}${renderCommands(commands)}
    </section>`,
    ...(beside === undefined ? {} : { beside }),
  };
}

function renderContent(content: Content, title: string, room: number, link?: string): RenderedPart {
  switch (content.kind) {
    case 'chart':
      return {
        html: html`${figure(drawChart(content), title, seriesOf(content))}${foldedTable(content.table, title)}`,
      };
    case 'diagram':
      return {
        html: html`${figure(drawDiagram(content), title, tonesOf(content))}${foldedTable(content.table, title)}`,
      };
    case 'tally':
      return { html: html`${renderTally(content)}${foldedTable(content.table, title)}` };
    case 'table':
      return {
        html:
          content.folded || content.table.rows.length > mostRows
            ? foldedTable(content.table, title)
            : html`<div class="scroll" tabindex="0">${plainTable(content.table)}</div>`,
      };
    case 'passages': {
      const { html: list, embedded } = renderPassages(content, title, room);
      if (embedded === content.passages.length) return { html: list };
      const rest =
        link === undefined
          ? undefined
          : html`<p class="note">All of them: <a href="${link}">${link}</a>, a file beside this page.</p>`;
      return { html: html`${list}${rest}`, beside: content };
    }
  }
}

function figure(drawing: Html, title: string, names: readonly string[]): Html {
  return html`<figure>
    <div class="scroll drawing" tabindex="0" role="img" aria-label="${title}">${drawing}</div>
    ${legend(names)}
  </figure>`;
}

function legend(names: readonly string[]): Html | undefined {
  if (names.length < 2) return undefined;
  const colours = coloursOf(names);
  return html`<ul class="legend">
    ${names.map((name, i) => {
      const dashes = dashesOf(i);
      return html`<li>
        <svg width="22" height="10" aria-hidden="true">
          <line
            x1="1"
            x2="21"
            y1="5"
            y2="5"
            stroke="${colours[i]}"
            stroke-width="${dashes === undefined ? 8 : 3}"
            ${dashes === undefined ? undefined : html` stroke-dasharray="${dashes}"`}
          /></svg
        >${name}
      </li>`;
    })}
  </ul>`;
}

function renderTally({ table, label, figures }: Tally): Html {
  return html`<div class="tally">
    ${table.rows.map(
      (row) =>
        html`<article>
          <h4>${formatCell(row[label], {})}</h4>
          <dl>${figures.flatMap((shown) => tallyFigure(shown, row, table))}</dl>
        </article>`,
    )}
  </div>`;
}

function tallyFigure({ column, plusMinus, unit, note }: TallyFigure, row: Table['rows'][number], table: Table): Html[] {
  const value = row[column];
  const described = table.columns.find(({ name }) => name === column);
  if (value === null || value === undefined || described === undefined) return [];
  const half = plusMinus === undefined ? undefined : row[plusMinus];
  return [
    html`<div>
      <dt>${described.title}</dt>
      <dd>
        <data value="${value}">${formatCell(value, described)}</data>${
          typeof half === 'number'
            ? html` <small>± <data value="${half}">${formatCell(half, described)}</data></small>`
            : undefined
        }${unit === undefined ? undefined : html` <small>${unit}</small>`}
      </dd>
      ${note === undefined ? undefined : html`<dd class="note">${note}</dd>`}
    </div>`,
  ];
}

function renderCommands(commands: readonly string[]): Html | undefined {
  const distinct = [...new Set(commands)];
  if (distinct.length === 0) return undefined;
  const list = html`<pre><code>${distinct.join('\n')}</code></pre>`;
  return distinct.length > mostCommands
    ? html`<details class="commands">
        <summary>Made by <small>${distinct.length} commands</small></summary>
        ${list}
      </details>`
    : html`<div class="commands">${list}</div>`;
}
