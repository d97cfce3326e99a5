// What a proof asks of a page: each function is sent into the browser by itself, and so needs nothing from beside it.

/** Opens whatever folds, so that scripts unpack what is in it. */
export function openAll() {
  document.querySelectorAll('details').forEach((details) => (details.open = true));
}

export function isAllUnpacked() {
  return [...document.querySelectorAll('[data-packed]')].every((place) => place.querySelector('table') !== null);
}

export function readParts() {
  const isSeries = (element, attribute) =>
    /^var\(--series/.test(element.getAttribute(attribute) ?? element.parentElement.getAttribute(attribute) ?? '');
  const valueOf = (cell) => {
    const figure = cell.querySelector('data');
    if (figure !== null) return Number(figure.getAttribute('value'));
    return cell.textContent === '' ? null : cell.textContent;
  };
  return [...document.querySelectorAll('section.part')].map((part) => {
    const table = part.querySelector('table');
    const all = (name) => [...part.querySelectorAll(`svg.chart ${name}`)];
    return {
      title: part.querySelector('h3').textContent,
      kind: [...part.classList].find((name) => name.endsWith('-part')).replace('-part', ''),
      columns: table === null ? [] : [...table.querySelectorAll('th')].map((head) => head.textContent),
      rows:
        table === null
          ? []
          : [...table.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('td')].map(valueOf)),
      circles: all('circle').length,
      lines: all('path')
        .filter((line) => isSeries(line, 'stroke'))
        .map((line) => line.getAttribute('d').split(/[ML]/).length - 1),
      boxes: all('rect').filter((box) => isSeries(box, 'fill')).length,
    };
  });
}

export function setOpen(details) {
  details.open = true;
}

export function isOpen(details) {
  return details.open;
}

export function injectedMarkup() {
  const suspect = 'img, iframe, object, embed, link, form, svg script, [onerror], [onload], [style]';
  return {
    elements: document.querySelectorAll(suspect).length,
    scripts: document.querySelectorAll('script:not([type="text/plain"])').length,
    hit: 'hit' in window,
  };
}

/** Milliseconds since the page was asked for. */
export function firstPaint() {
  return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity;
}

/** How many of some requests are let out. */
export async function reachable(addresses) {
  const picture = (src) =>
    new Promise((resolve, reject) => Object.assign(new Image(), { onload: resolve, onerror: reject, src }));
  const outcomes = await Promise.allSettled(addresses.flatMap((address) => [fetch(address), picture(address)]));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

/** After axe-core's own script. */
export async function axeViolations() {
  const { violations } = await window.axe.run();
  return violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    count: nodes.length,
    example: nodes[0].html.slice(0, 200),
    why: nodes[0].failureSummary,
  }));
}
