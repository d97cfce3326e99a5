import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { cut, describeRow, formatCell } from '../cells.ts';
import { Html } from '../html.ts';
import type { Chart, ChartAxis, Mark, DataTable } from '../part.ts';
import { coloursOf, dashesOf, seriesColours } from './palette.ts';

type Row = DataTable['rows'][number];

export const chartWidth = 720;
const defaultHeight = 340;
/** Of a place on an axis of places. */
const bandHeight = 22;
const longestTick = 36;

/** A chart as SVG, with the colours of the style sheet and no style of its own. */
export function drawChart(chart: Chart): Html {
  const { document } = parseHTML('<html></html>');
  const { table, x, y } = chart;
  const bandsDown = y.scale === 'band' ? placesOf(chart, 'y') : [];
  const bandsAcross = x.scale === 'band' ? placesOf(chart, 'x') : [];
  const facets = chart.facet === undefined ? [] : valuesOf(table, chart.facet);
  const series = seriesOf(chart);
  // Plot knows its marks by the columns' names, whatever these are; the values are ours.
  const svg = Plot.plot({
    document,
    width: chartWidth,
    height: chart.height ?? (bandsDown.length > 0 ? 70 + bandHeight * bandsDown.length : defaultHeight),
    marginLeft: bandsDown.length > 0 ? 16 + 6.6 * Math.min(longestTick, longest(bandsDown)) : 52,
    marginTop: facets.length > 0 ? 44 : 26,
    marginBottom: 40,
    marginRight: 24,
    x: { ...scaleOf(x, bandsAcross), ...(facets.length > 0 && bandsAcross.length > 0 ? { label: x.label } : {}) },
    y: { ...scaleOf(y, bandsDown), grid: y.scale !== 'band' },
    ...(facets.length > 0 ? { fx: { label: null, domain: facets, padding: 0.12 } } : {}),
    ...(series.length > 0 ? { color: { domain: series, range: coloursOf(series), type: 'ordinal' } } : {}),
    opacity: { domain: [0, mostOf(chart)], range: [0.04, 1] },
    marks: chart.marks.flatMap((mark) => draw(mark, chart, series)),
  } as Plot.PlotOptions);
  return Html.trusted(tidy((svg as unknown as { outerHTML: string }).outerHTML));
}

/** What the colours of a chart are, for its legend. */
export function seriesOf({ table, colour }: Chart): string[] {
  return colour === undefined ? [] : valuesOf(table, colour);
}

function valuesOf({ rows }: DataTable, column: string): string[] {
  return [
    ...new Set(rows.flatMap((row) => (row[column] === null || row[column] === undefined ? [] : String(row[column])))),
  ];
}

/** Of an axis of places: all that marks have on it. */
function placesOf({ table, marks }: Chart, axis: 'x' | 'y'): string[] {
  const columns = marks.flatMap((mark) =>
    mark.type === 'interval'
      ? mark.across === axis
        ? []
        : [mark.at]
      : axis in mark
        ? [(mark as Record<string, unknown>)[axis] as string]
        : [],
  );
  return [...new Set([...new Set(columns)].flatMap((column) => valuesOf(table, column)))];
}

function scaleOf({ label, scale = 'linear', zero, ticks, hidden }: ChartAxis, places: readonly string[]) {
  const format = {
    percent: (value: number) => `${formatCell(value * 100, {})} %`,
    compact: (value: number) => value.toLocaleString('en-US', { notation: 'compact' }),
  };
  if (scale === 'band')
    return {
      type: 'band',
      label: null,
      domain: places,
      ...(hidden ? { axis: null } : {}),
      tickFormat: (value: string) => cut(value, longestTick),
      ...(label === '' ? {} : { label }),
    };
  return {
    type: scale,
    label: label === '' ? null : label,
    nice: true,
    labelArrow: 'none',
    ...(zero ? { zero } : {}),
    ...(ticks ? { tickFormat: format[ticks] } : {}),
  };
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length));
}

function mostOf({ table, marks }: Chart): number {
  const columns = marks.flatMap((mark) => (mark.type === 'cell' ? [mark.value] : []));
  const values = table.rows.flatMap((row) => columns.map((column) => Number(row[column])));
  return values.reduce((most, value) => Math.max(most, value), 0) || 1;
}

function draw(mark: Mark, chart: Chart, series: readonly string[]): Plot.Markish[] {
  const { table, colour, facet } = chart;
  const has =
    (...columns: string[]) =>
    (row: Row) =>
      columns.every((column) => row[column] !== null && row[column] !== undefined);
  const paint = (kind: 'stroke' | 'fill') => ({
    [kind]: colour === undefined ? 'var(--series-0)' : (row: Row) => String(row[colour]),
  });
  const place = (column: string, axis: 'x' | 'y') =>
    chart[axis].scale === 'band' ? (row: Row) => String(row[column]) : column;
  const facets = facet === undefined ? {} : { fx: (row: Row) => String(row[facet]) };
  const hint = { title: (row: Row) => describeRow(table, row) };
  switch (mark.type) {
    case 'line': {
      const rows = table.rows.filter(has(mark.x, mark.y));
      const options = {
        x: place(mark.x, 'x'),
        y: mark.y,
        strokeWidth: 1.8,
        ...paint('stroke'),
        ...facets,
      } as Plot.LineYOptions;
      if (colour === undefined) return [Plot.line(rows, options)];
      // Dashes are of a whole mark: one for each round of the palette.
      const rounds = Math.ceil(series.length / seriesColours);
      return Array.from({ length: rounds }, (_, round) => {
        const shown = new Set(series.slice(round * seriesColours, (round + 1) * seriesColours));
        return Plot.line(
          rows.filter((row) => shown.has(String(row[colour]))),
          { ...options, z: mark.group ?? colour, strokeDasharray: dashesOf(round * seriesColours) } as Plot.LineOptions,
        );
      });
    }
    case 'band':
      return [
        Plot.areaY(table.rows.filter(has(mark.low, mark.high)), {
          x: mark.x,
          y1: mark.low,
          y2: mark.high,
          fillOpacity: 0.22,
          ...paint('fill'),
          ...(colour === undefined ? {} : { z: colour }),
          ...facets,
        } as Plot.AreaYOptions),
      ];
    case 'dot': {
      const rows = table.rows.filter(has(mark.x, mark.y));
      const at = { x: place(mark.x, 'x'), y: place(mark.y, 'y'), ...facets };
      return [
        Plot.dot(rows, {
          ...at,
          r: rows.length > 400 ? 2 : 4,
          fillOpacity: 0.75,
          ...paint('fill'),
          ...hint,
        } as Plot.DotOptions),
        ...(mark.label === undefined
          ? []
          : [
              Plot.text(rows, {
                ...at,
                text: mark.label,
                dy: -11,
                fill: 'currentColor',
                fontSize: 11,
              } as Plot.TextOptions),
            ]),
      ];
    }
    case 'bar':
      return [
        Plot.barY(table.rows.filter(has(mark.y)), {
          x: (row: Row) => String(row[mark.x]),
          y: mark.y,
          inset: 0.5,
          ...paint('fill'),
          ...facets,
          ...hint,
        } as Plot.BarYOptions),
        Plot.ruleY([0]),
      ];
    case 'span':
      return [
        Plot.barX(table.rows.filter(has(mark.from, mark.to)), {
          y: (row: Row) => String(row[mark.y]),
          x1: mark.from,
          x2: mark.to,
          insetTop: 1,
          insetBottom: 1,
          ...paint('fill'),
          ...hint,
        } as Plot.BarXOptions),
      ];
    case 'interval': {
      const rows = table.rows.filter(has(mark.low, mark.high));
      const style = { strokeWidth: 2, ...paint('stroke'), ...facets, ...hint };
      return [
        mark.across === 'x'
          ? Plot.ruleY(rows, { y: place(mark.at, 'y'), x1: mark.low, x2: mark.high, ...style } as Plot.RuleYOptions)
          : Plot.ruleX(rows, { x: place(mark.at, 'x'), y1: mark.low, y2: mark.high, ...style } as Plot.RuleXOptions),
      ];
    }
    case 'cell':
      return [
        Plot.cell(table.rows.filter(has(mark.value)), {
          x: (row: Row) => String(row[mark.x]),
          y: (row: Row) => String(row[mark.y]),
          fill: 'var(--series-0)',
          fillOpacity: mark.value,
          inset: 0,
          ...hint,
        } as Plot.CellOptions),
      ];
    case 'rule': {
      const style = { stroke: 'currentColor', strokeOpacity: 0.5, strokeDasharray: '3 3' };
      return [mark.across === 'x' ? Plot.ruleX([mark.at], style) : Plot.ruleY([mark.at], style)];
    }
  }
}

/** Without Plot's own style sheet, for which the page has rules, and its names of groups, which have no role; with hundredths of a pixel. */
function tidy(svg: string): string {
  return svg
    .replace(/<style>[^<]*<\/style>/g, '')
    .replace(/ aria-(?:label|description|hidden)="[^"]*"/g, '')
    .replace(/ class="plot-[0-9a-f]+"/, ' class="chart"')
    .replace(/ font-size="10" font-family="[^"]*"/, ' font-size="12"')
    .replace(/(<(?:path|line|rect|circle|text|g)\b[^>]*>)/g, (tag) =>
      tag.replace(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100)),
    );
}
