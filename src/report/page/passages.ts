import { formatCell } from '../cells.ts';
import { Html, markup } from '../html.ts';
import type { Passage, Passages } from '../part.ts';
import { Packed } from './packed.ts';
import { saveButtons } from './tables.ts';

/** That stand on the page before anything is asked for, and that each further step brings. */
const shownAtOnce = 20;

export interface RenderedPassages {
  html: Html;
  /** How many of all are on the page: more would make it too large. */
  embedded: number;
}

/**
 * Passages with a field to search them and a list of orders; the first stand there without any script.
 * @param most bytes that all others may take, packed
 */
export function renderPassages(content: Passages, title: string, most: number): RenderedPassages {
  const { passages, columns } = content;
  const { packed, embedded } = packAtMost(content, most);
  const list = markup`<div class="passages" data-title="${title}" data-shown="${shownAtOnce}">
    <div class="tools" hidden>
      <label>Search <input type="search" /></label>
      <label
        >Order
        <select>
          <option value="">as given</option>
          ${columns.flatMap(({ title: name }, i) => [
            markup`<option value="${i} -1">${name}, highest first</option>`,
            markup`<option value="${i} 1">${name}, lowest first</option>`,
          ])}
        </select></label
      >
      <output></output>
    </div>
    <div class="list">${passages.slice(0, shownAtOnce).map((passage) => renderPassage(passage, content))}</div>
    <p class="more" hidden><button type="button">Show more</button></p>
    ${saveButtons()}${packed.element}
  </div>`;
  return {
    html: embedded < passages.length ? markup`${list}${missing(embedded, passages.length)}` : list,
    embedded,
  };
}

function missing(embedded: number, all: number): Html {
  return markup`<p class="note">
    The first ${embedded.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} are on this page.
  </p>`;
}

/** As many passages as the room is for. */
function packAtMost({ labels, columns, passages }: Passages, most: number): { packed: Packed; embedded: number } {
  let embedded = passages.length;
  for (;;) {
    const packed = new Packed({ labels, columns, passages: passages.slice(0, embedded) });
    if (packed.bytes <= most || embedded === 0) return { packed, embedded };
    // A little less than in proportion, since shorter texts compress less.
    embedded = Math.floor(embedded * Math.min(0.95, (0.97 * most) / packed.bytes));
  }
}

function renderPassage({ number, texts, figures }: Passage, { labels, columns }: Passages): Html {
  const shown = columns.flatMap((column, i) =>
    figures[i] === null
      ? []
      : [markup`<span>${column.title} <data value="${figures[i]}">${formatCell(figures[i], column)}</data></span>`],
  );
  return markup`<article class="passage">
    <header><span>${number}</span>${shown}</header>
    <dl>
      ${labels.map(
        ({ title, language }, i) =>
          markup`<dt>${title}</dt><dd${language === undefined ? undefined : markup` lang="${language}"`}>${texts[i].map((stretch, k) => (k % 2 === 0 ? markup`${stretch}` : markup`<mark>${stretch}</mark>`))}</dd>`,
      )}
    </dl>
  </article>`;
}
