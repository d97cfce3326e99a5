// What the page does beyond showing: tables and passages that are unpacked when they are asked for, and files of what is shown.
// Whatever comes from data is set as text, never as HTML.
(() => {
  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children.filter((child) => child !== undefined));
    return made;
  };

  const format = (value, { digits }) => {
    if (value === null || value === undefined) return '';
    if (typeof value === 'string') return value;
    return value.toLocaleString('en-US', {
      minimumFractionDigits: digits ?? 0,
      maximumFractionDigits: digits ?? 20,
      useGrouping: Number.isInteger(value) ? 'min2' : 'auto',
    });
  };

  /** JSON from letters that are its compressed bytes. */
  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed.textContent.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).json();
  };

  /** What a spreadsheet would compute with, and is no number. */
  const isFormula = (value) =>
    typeof value === 'string' && /^[=+\-@\t\r]/.test(value) && !Number.isFinite(Number(value));

  const field = (value) => {
    const text = isFormula(value) ? `'${value}` : String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  const save = (title, kind, { columns, rows }) => {
    const text =
      kind === 'json'
        ? JSON.stringify(
            {
              title,
              columns,
              rows: rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]))),
            },
            undefined,
            1,
          )
        : [columns, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
    const address = URL.createObjectURL(new Blob([text], { type: kind === 'json' ? 'application/json' : 'text/csv' }));
    element('a', { href: address, download: `${title.replace(/[^\p{L}\p{N}]+/gu, '-')}.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const offer = (place, title, data) => {
    const buttons = place.querySelector('.save');
    buttons.hidden = false;
    for (const button of buttons.querySelectorAll('button'))
      button.addEventListener('click', async () => save(title, button.dataset.save, await data()));
  };

  const dataOf = (table) => ({
    columns: [...table.tHead.rows[0].cells].map(({ dataset }) => dataset.name),
    rows: [...table.tBodies[0].rows].map((row) =>
      [...row.cells].map((cell) => {
        const figure = cell.querySelector('data');
        if (figure) return Number(figure.value);
        return cell.textContent === '' ? null : cell.textContent;
      }),
    ),
  });

  const tableOf = ({ columns, rows }) => {
    const isNumber = columns.map((_, i) => rows.every((row) => row[i] === null || typeof row[i] === 'number'));
    const kind = (i) => (isNumber[i] ? 'number' : 'word');
    const head = element(
      'tr',
      {},
      ...columns.map(({ title }, i) => element('th', { scope: 'col', className: kind(i), textContent: title })),
    );
    const body = rows.map((row) =>
      element(
        'tr',
        {},
        ...row.map((value, i) => {
          const shown = format(value, columns[i]);
          return element(
            'td',
            { className: kind(i) },
            typeof value === 'number' ? element('data', { value, textContent: shown }) : shown,
          );
        }),
      ),
    );
    return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
  };

  const enlivenTable = (details) => {
    const place = details.querySelector('[data-packed]');
    if (place === null) {
      offer(details, details.dataset.title, () => dataOf(details.querySelector('table')));
      return;
    }
    const data = () => unpack(details.querySelector('.packed'));
    offer(details, details.dataset.title, async () => {
      const { columns, rows } = await data();
      return { columns: columns.map(({ name }) => name), rows };
    });
    details.addEventListener('toggle', async () => {
      if (details.open && place.firstChild === null) place.append(tableOf(await data()));
    });
  };

  const passageOf = ({ number, texts, figures }, { labels, columns }) => {
    const shown = columns.flatMap((column, i) =>
      figures[i] === null ? [] : [element('span', {}, `${column.title} ${format(figures[i], column)}`)],
    );
    const list = element('dl');
    labels.forEach(({ title, language }, i) => {
      const text = element('dd', language === undefined ? {} : { lang: language });
      texts[i].forEach((stretch, k) => text.append(k % 2 === 0 ? stretch : element('mark', { textContent: stretch })));
      list.append(element('dt', { textContent: title }), text);
    });
    return element(
      'article',
      { className: 'passage' },
      element('header', {}, element('span', { textContent: number }), ...shown),
      list,
    );
  };

  const enlivenPassages = (block) => {
    const [tools, list, more] = ['.tools', '.list', '.more'].map((name) => block.querySelector(name));
    const [search, order, count] = ['input', 'select', 'output'].map((name) => tools.querySelector(name));
    const step = Number(block.dataset.shown);
    let content;
    let shown = step;
    const load = async () => (content ??= await unpack(block.querySelector('.packed')));
    const draw = async () => {
      const { passages } = await load();
      const words = search.value.toLocaleLowerCase();
      const found = passages.filter(({ texts }) =>
        texts.some((text) => text.join('').toLocaleLowerCase().includes(words)),
      );
      if (order.value !== '') {
        const [column, sign] = order.value.split(' ').map(Number);
        found.sort((a, b) => sign * ((a.figures[column] ?? 0) - (b.figures[column] ?? 0)));
      }
      list.replaceChildren(...found.slice(0, shown).map((passage) => passageOf(passage, content)));
      count.value = `${found.length.toLocaleString('en-US')} of ${passages.length.toLocaleString('en-US')}`;
      more.hidden = found.length <= shown;
    };
    const restart = () => {
      shown = step;
      return draw();
    };
    tools.hidden = false;
    more.hidden = false;
    search.addEventListener('input', restart);
    order.addEventListener('change', restart);
    more.querySelector('button').addEventListener('click', () => {
      shown += step;
      return draw();
    });
    offer(block, block.dataset.title, async () => {
      const { labels, columns, passages } = await load();
      return {
        columns: ['number', ...columns.map(({ title }) => title), ...labels.map(({ title }) => title)],
        rows: passages.map(({ number, figures, texts }) => [number, ...figures, ...texts.map((text) => text.join(''))]),
      };
    });
  };

  const enliven = (root) => {
    root.querySelectorAll('details.data').forEach(enlivenTable);
    root.querySelectorAll('.passages').forEach(enlivenPassages);
  };
  enliven(document);
  // Of a live page, what took the place of something.
  document.addEventListener('shown', ({ target }) => enliven(target));
})();
