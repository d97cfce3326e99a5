import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { asCsv } from '../../src/report/csv.ts';
import { renderPage } from '../../src/report/page/page.ts';
import type { Chart, Passages, ReportPart } from '../../src/report/part.ts';
import { readPage, reachesOut } from '../support/page.ts';

const assets = fileURLToPath(new URL('../../src/report/page', import.meta.url));
const hostile = `</script></style></title><script>alert(1)</script><img src="https://example.org/x" onerror='x()'>"'&\u0000`;

const chart: Chart = {
  kind: 'chart',
  table: {
    columns: [
      { name: 'curve', title: 'Curve' },
      { name: 'x', title: 'X' },
      { name: 'y', title: 'Y', digits: 1 },
      { name: 'low', title: 'Low' },
      { name: 'high', title: 'High' },
    ],
    rows: Array.from({ length: 30 }, (_, i) => ({
      curve: i % 2 ? 'odd' : 'even',
      x: i,
      y: i / 7,
      low: i / 7 - 1,
      high: i / 7 + 1,
    })),
  },
  x: { label: 'x' },
  y: { label: 'y' },
  marks: [
    { type: 'line', x: 'x', y: 'y' },
    { type: 'dot', x: 'x', y: 'y' },
    { type: 'interval', across: 'y', at: 'x', low: 'low', high: 'high' },
  ],
  colour: 'curve',
};

const passagesOf = (
  count: number,
  text = (i: number) => `sentence ${i} of many, and with ${(i * 7919) % 10007} words`,
): Passages => ({
  kind: 'passages',
  labels: [
    { title: 'Source', language: 'de' },
    { title: 'Translation', language: 'en' },
  ],
  columns: [{ name: 'bleu', title: 'BLEU', digits: 1 }],
  passages: Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    texts: [[text(i)], ['', text(i), ' end']],
    figures: [i / 3],
  })),
});

const part = (content: ReportPart['content'], more: Partial<ReportPart> = {}): ReportPart => ({
  chapter: 'Chapter',
  title: 'Part',
  content,
  commands: ['npm run pipeline a.json5'],
  ...more,
});

function render(parts: readonly ReportPart[], options: { title?: string; warnings?: string[]; room?: number } = {}) {
  const { title = 'Runs', warnings = [], ...rest } = options;
  const { html, beside } = renderPage({ title, subtitle: title, parts, warnings }, { name: 'report', assets, ...rest });
  return { html, beside, page: readPage(html) };
}

describe('a chart', () => {
  const { page } = render([part(chart)]);

  test('has a mark for each row of its data, and a point of a line', () => {
    expect(page.all('circle')).toHaveLength(30);
    const [dots, others] = [page.all('circle'), page.all('path')];
    expect(new Set(dots.map(({ attributes }) => attributes.fill))).toEqual(
      new Set(['var(--series-0)', 'var(--series-1)']),
    );
    const lines = others.filter(({ attributes }) => /^var\(--series/.test(attributes.stroke ?? ''));
    expect(lines.map(({ attributes }) => attributes.d.split(/[ML]/).length - 1)).toEqual([15, 15]);
    const intervals = page
      .all('svg', 'chart')[0]
      .all('line')
      .filter(({ attributes }) => /^var\(--series/.test(attributes.stroke ?? ''));
    expect(intervals).toHaveLength(30);
  });

  test('says all of a row where one points at it, and has the same in a table, not rounded', () => {
    expect(page.all('circle')[7].all('title')[0].text).toBe('Curve: odd\nX: 7\nY: 1.0\nLow: 0\nHigh: 2');
    expect(page.part('Part').rows()).toEqual(chart.table.rows);
    expect(page.all('td', 'number')[4].text).toBe('1');
  });

  test('has its colours from the style sheet, also that of text', () => {
    const colours = page
      .all('svg')
      .flatMap((svg) => [svg, ...svg.everything])
      .flatMap(({ attributes: { fill, stroke } }) => [fill, stroke])
      .filter((colour) => colour !== undefined);
    expect(colours.length).toBeGreaterThan(60);
    expect(colours.filter((colour) => !/^(none|currentColor|var\(--[a-z0-9-]+\))$/.test(colour))).toEqual([]);
  });
});

test('a page loads nothing, and its policy allows its own script and style alone', () => {
  const { page } = render([part(chart), part(passagesOf(30), { title: 'Sentences' })]);
  expect(reachesOut(page)).toEqual([]);
  const policy = page.all('meta').find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')!;
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [script, ...others] = page.all('script').filter(({ attributes }) => attributes.type === undefined);
  const styles = page.all('style');
  expect([others.length, styles.length]).toEqual([0, 1]);
  expect(policy.attributes.content.split('; ')).toEqual([
    "default-src 'none'",
    'img-src data:',
    `style-src ${hashOf(styles[0].text)}`,
    `script-src ${hashOf(script.text)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('hostile text is text, wherever it stands', () => {
  const cell = { [hostile]: hostile, value: 1 };
  const table = {
    columns: [
      { name: hostile, title: hostile },
      { name: 'value', title: 'value' },
    ],
    rows: [cell],
  };
  const more = { title: hostile, chapter: hostile, text: [hostile], commands: [hostile] };
  const sentences = passagesOf(3, () => hostile);
  const parts = [
    part({ kind: 'table', table }, more),
    part({ kind: 'tally', table, label: hostile, figures: [{ column: 'value', note: hostile }] }, more),
    part(
      {
        kind: 'diagram',
        table,
        nodes: [{ id: hostile, column: 0, row: 0, lines: [hostile, hostile], hint: hostile, tone: hostile }],
        edges: [],
      },
      more,
    ),
    part(
      {
        kind: 'chart',
        table,
        x: { label: hostile },
        y: { label: '', scale: 'band' },
        marks: [{ type: 'dot', x: 'value', y: hostile }],
        colour: hostile,
      },
      more,
    ),
    part(
      {
        ...sentences,
        labels: [{ title: hostile, language: hostile }, { title: hostile }],
        columns: [{ name: hostile, title: hostile }],
      },
      more,
    ),
  ];
  const harmless = render(
    parts.map(({ content }) =>
      part(content.kind === 'passages' ? passagesOf(3) : { kind: 'table', table: { columns: [], rows: [] } }),
    ),
  );
  const { page } = render(parts, { title: hostile, warnings: [hostile] });
  expect(reachesOut(page)).toEqual([]);
  expect(page.all('script')).toHaveLength(harmless.page.all('script').length);
  expect(page.all('img')).toEqual([]);
  expect(page.all('title')[0].text).toBe(hostile.replace('\u0000', '\ufffd'));
  const shown = hostile.replace('\u0000', '\ufffd');
  for (const name of ['h1', 'h2', 'h3', 'h4', 'th', 'td', 'dt', 'dd', 'code', 'li'])
    expect(page.all(name).map(({ text }) => text)).toContainEqual(expect.stringContaining(shown));
});

test('long tables are packed with all their rows', () => {
  const rows = Array.from({ length: 501 }, (_, i) => ({ a: i / 3, b: null }));
  const { page } = render([
    part({
      kind: 'table',
      table: {
        columns: [
          { name: 'a', title: 'A' },
          { name: 'b', title: 'B' },
        ],
        rows,
      },
    }),
  ]);
  expect(page.part('Part').packed()).toEqual([expect.objectContaining({ rows: rows.map(({ a }) => [a, null]) })]);
  expect(page.all('td')).toEqual([]);
});

describe('20,000 sentences', () => {
  test('are on the page, which stays below 3 MB, the first 20 without a script', () => {
    const { html, page, beside } = render([part(passagesOf(20_000))]);
    expect(html.length).toBeLessThan(3e6);
    expect(beside).toEqual([]);
    expect(page.all('article')).toHaveLength(20);
    expect(page.all('mark')[1].text).toBe('sentence 1 of many, and with 7919 words');
    const [{ passages }] = page.part('Part').packed() as [{ passages: unknown[] }];
    expect(JSON.stringify(passages)).toBe(JSON.stringify(passagesOf(20_000).passages));
  });

  test('that are too long for it are in a file beside it, as many as fit on the page', () => {
    const content = passagesOf(2000);
    const { page, beside } = render([part(content)], { room: 8000 });
    const [{ passages }] = page.part('Part').packed() as [{ passages: unknown[] }];
    expect(page.part('Part').all('script')[0].text.length).toBeLessThanOrEqual(8000);
    expect(passages.length).toBeGreaterThan(20);
    expect(passages).toEqual(content.passages.slice(0, passages.length));
    expect(beside.map(({ name }) => name)).toEqual(['report-part.csv']);
    expect(page.part('Part').all('a')[0].attributes.href).toBe('report-part.csv');
    const lines = beside[0].text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(2001);
    expect(lines[2]).toBe(
      '2,0.3333333333333333,"sentence 1 of many, and with 7919 words","sentence 1 of many, and with 7919 words end"',
    );
  });
});

test('text that a spreadsheet would compute with is made harmless, numbers are not', () => {
  const formulas = ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '-', '"=1"', 'a=b', '-5', '+1.5e3'];
  expect(asCsv([formulas, [-5, null]])).toBe(`'=1+1,'+cmd,'-2+3,'@SUM(A1),'\t=1,'-,"""=1""",a=b,-5,+1.5e3\r\n-5,\r\n`);
});

test('parts of a chapter stand together, headlines before all chapters', () => {
  const plain = (title: string, chapter: string, headline = false) =>
    part({ kind: 'table', table: { columns: [], rows: [] } }, { title, chapter, headline });
  const { page } = render([plain('a', 'One'), plain('b', 'Two'), plain('c', 'One'), plain('d', 'Two', true)]);
  expect(page.all('h3').map(({ text }) => text)).toEqual(['d', 'a', 'c', 'b']);
  expect(
    page
      .all('nav')[0]
      .all('a')
      .map(({ text }) => text),
  ).toEqual(['One', 'Two']);
});

test('what the script and the style sheet look for by class is that alone', () => {
  const { page } = render([part(passagesOf(30)), part(chart, { title: 'Chart' })]);
  expect(page.everything.filter(({ attributes }) => attributes.class === 'passages').map(({ name }) => name)).toEqual([
    'div',
  ]);
  for (const [name, count] of [
    ['passages', 1],
    ['chart', 1],
  ] as const) {
    const found = page.everything.filter(({ attributes }) => (attributes.class ?? '').split(' ').includes(name));
    expect(found).toHaveLength(count);
  }
});

test('the same parts give the same bytes', () => {
  const parts = [part(chart), part(passagesOf(50), { title: 'Sentences' })];
  expect(render(parts).html).toBe(render(parts).html);
});
