import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sax from 'sax';
import { figuresOf } from '../../src/report/figures/figures.ts';
import type { Chart, Diagram, ReportPart } from '../../src/report/part.ts';

const assets = fileURLToPath(new URL('../../src/report/page', import.meta.url));
const style = readFileSync(`${assets}/page.css`, 'utf8');

interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/** Its elements and all text; throws where it is no XML. */
function readXml(text: string): { tags: Tag[]; text: string } {
  const parser = sax.parser(true);
  const tags: Tag[] = [];
  let found = '';
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => void tags.push({ name, attributes: attributes as Tag['attributes'] });
  parser.ontext = (piece) => (found += piece);
  parser.write(text).close();
  return { tags, text: found };
}

const names = Array.from({ length: 9 }, (_, i) => `a curve with <name> & "number" ${i}\u0001`);
const chart: Chart = {
  kind: 'chart',
  table: {
    columns: ['curve', 'x', 'y'].map((name) => ({ name, title: name })),
    rows: names.flatMap((curve, i) => Array.from({ length: 4 }, (_, x) => ({ curve, x, y: x * i }))),
  },
  x: { label: 'x' },
  y: { label: 'y' },
  marks: [
    { type: 'line', x: 'x', y: 'y' },
    { type: 'dot', x: 'x', y: 'y' },
  ],
  colour: 'curve',
};
const diagram: Diagram = {
  kind: 'diagram',
  table: { columns: [], rows: [] },
  nodes: ['a', 'b'].map((id, row) => ({ id, column: 0, row, lines: [id, 'small'], hint: id, tone: id })),
  edges: [{ from: 'a', to: 'b' }],
};
const part = (title: string, content: ReportPart['content']): ReportPart => ({
  chapter: 'Chapter',
  title,
  content,
  commands: [],
});

describe('figures', () => {
  const figures = figuresOf(
    [
      part('Loss: of <all>', chart),
      part('Rows', { kind: 'table', table: chart.table }),
      part('Networks', diagram),
      part('Networks', diagram),
    ],
    assets,
  );
  const [{ tags, text }, drawing] = figures.map(({ svg }) => readXml(svg));

  test('are of charts and diagrams, by the names of their parts', () => {
    expect(figures.map(({ name }) => name)).toEqual(['loss-of-all', 'networks', 'networks-2']);
  });

  test('have all marks, and a legend of all colours and dashes within the picture', () => {
    expect(tags.filter(({ name }) => name === 'circle')).toHaveLength(chart.table.rows.length);
    for (const name of names) expect(text).toContain(name.replace('\u0001', '\ufffd'));
    const [outer] = tags;
    const legend = tags.filter(({ name, attributes }) => name === 'text' && attributes.dy === '0.35em');
    expect(legend.length).toBe(names.length);
    for (const { attributes } of legend) expect(Number(attributes.x)).toBeLessThan(Number(outer.attributes.width));
    expect(new Set(legend.map(({ attributes }) => `${attributes.x} ${attributes.y}`)).size).toBe(names.length);
  });

  test('need nothing of the page: colours of its light scheme, generic fonts, no address but the name space', () => {
    const light = /:root \{([^}]*)\}/.exec(style)![1];
    for (const { tags: of } of [{ tags }, drawing]) {
      for (const { attributes } of of) {
        for (const [name, value] of Object.entries(attributes)) {
          if (name === 'fill' || name === 'stroke') expect(value === 'none' || light.includes(` ${value};`)).toBe(true);
          expect(value).not.toMatch(/var\(|currentColor|undefined|url\(/);
          if (/:\/\//.test(value)) expect(name).toBe('xmlns');
        }
      }
      expect(of[0].attributes['font-family']).toBe('sans-serif');
    }
  });

  test('of boxes have their frames', () => {
    const frames = drawing.tags.filter(({ name, attributes }) => name === 'rect' && attributes['stroke-width']);
    expect(frames.map(({ attributes }) => attributes.fill)).toEqual(['#ffffff', '#ffffff']);
  });
});
