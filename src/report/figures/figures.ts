import { readFileSync } from 'node:fs';
import path from 'node:path';
import { drawChart, seriesOf } from '../drawing/chart.ts';
import { drawDiagram, tonesOf } from '../drawing/diagram.ts';
import { coloursOf, dashesOf } from '../drawing/palette.ts';
import { Html, markup } from '../html.ts';
import type { ReportPart } from '../part.ts';
import { partNames } from '../part-names.ts';

export interface Figure {
  /** Of its part, as on the page. */
  name: string;
  /** A file of its own: it needs no style sheet, and names generic families of fonts. */
  svg: string;
}

/** Around the drawing, for names that reach over its edge; in pixels, as all that follows. */
const margin = 14;
const legendLine = 20;
const swatch = 22;
const legendFont = 12;
/** Of a letter of the legend at most, in most sans-serif fonts. */
const letterWidth = 7;

/**
 * All charts and diagrams of these parts as SVG, in the light colours of the page's style sheet.
 * @param assets folder with `page.css`
 */
export function figuresOf(parts: readonly ReportPart[], assets: string): Figure[] {
  const colours = lightColours(readFileSync(path.join(assets, 'page.css'), 'utf8'));
  return [...partNames(parts)].flatMap(([{ content, title }, name]) => {
    if (content.kind !== 'chart' && content.kind !== 'diagram') return [];
    const [drawing, legend] =
      content.kind === 'chart' ? [drawChart(content), seriesOf(content)] : [drawDiagram(content), tonesOf(content)];
    return [{ name, svg: coloured(alone(drawing, title, legend), colours) }];
  });
}

/** A drawing within margins, with its legend beneath. */
function alone(drawing: Html, title: string, legend: readonly string[]): string {
  const [inner, outer] = [sizeOf(drawing), { width: 0, height: 0 }];
  const { marks, height } = drawLegend(legend, inner.width);
  outer.width = inner.width + 2 * margin;
  outer.height = inner.height + 2 * margin + height;
  const body = Html.trusted(drawing.text.replace('<svg', `<svg x="${margin}" y="${margin}" overflow="visible"`));
  return markup`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${outer.width}"
    height="${outer.height}"
    viewBox="0 0 ${outer.width} ${outer.height}"
    font-family="sans-serif"
    color="var(--text)"
    ><title>${title}</title><rect width="100%" height="100%" fill="var(--card)" />${body}<g
      transform="translate(${margin},${margin + inner.height + legendLine / 2})"
      font-size="${legendFont}"
      fill="var(--text)"
      >${marks}</g
    ></svg
  >`.text;
}

function sizeOf({ text }: Html): { width: number; height: number } {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(text)!;
  return { width: Number(width), height: Number(height) };
}

/** Names with their colours, in lines as wide as the drawing; none where there is nothing to tell apart. */
function drawLegend(names: readonly string[], width: number): { marks: Html[]; height: number } {
  if (names.length < 2) return { marks: [], height: 0 };
  const colours = coloursOf(names);
  let [x, line] = [0, 0];
  const marks = names.map((name, i) => {
    const room = swatch + 8 + letterWidth * name.length + 16;
    if (x > 0 && x + room > width) [x, line] = [0, line + 1];
    const [left, middle] = [x, line * legendLine + legendLine / 2];
    x += room;
    const dashes = dashesOf(i);
    return markup`<line
        x1="${left}"
        x2="${left + swatch}"
        y1="${middle}"
        y2="${middle}"
        stroke="${colours[i]}"
        stroke-width="${dashes === undefined ? 8 : 3}"
        ${dashes === undefined ? undefined : markup` stroke-dasharray="${dashes}"`}
      /><text x="${left + swatch + 6}" y="${middle}" dy="0.35em">${name}</text>`;
  });
  return { marks, height: (line + 1) * legendLine + legendLine / 2 };
}

/** The variables of the style sheet's first rule, which is the light scheme. */
function lightColours(style: string): Map<string, string> {
  const [, rule] = /:root \{([^}]*)\}/.exec(style)!;
  return new Map([...rule.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]));
}

/** With each colour itself: outside of the page nothing says what a variable is. */
function coloured(svg: string, colours: ReadonlyMap<string, string>): string {
  return svg
    .replace(/="var\((--[\w-]+)\)"/g, (_, name: string) => `="${colours.get(name)}"`)
    .replaceAll('="currentColor"', `="${colours.get('--text')}"`);
}
