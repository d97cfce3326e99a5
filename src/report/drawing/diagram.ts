import { cut } from '../cells.ts';
import { Html, markup } from '../html.ts';
import type { Diagram, DiagramEdge, DiagramNode } from '../part.ts';
import { coloursOf } from './palette.ts';

const place = { width: 190, height: 70 };
const box = { width: 166, height: 44 };
const arrow = 5;
/** Characters that fit into a box, in large and in small print. */
const fitting = [23, 29];

/** Boxes and arrows as SVG; arrows are drawn first, so that boxes cover their ends. */
export function drawDiagram(diagram: Diagram): Html {
  const { nodes, edges } = diagram;
  const columns = 1 + Math.max(0, ...nodes.map(({ column }) => column));
  const rows = 1 + Math.max(0, ...nodes.map(({ row }) => row));
  const [width, height] = [columns * place.width, rows * place.height];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const tones = tonesOf(diagram);
  const colours = coloursOf(tones);
  return markup`<svg
    class="diagram"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    font-size="13"
    fill="currentColor"
    text-anchor="middle"
  >
    ${edges.flatMap((edge) => {
      const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
      return from === undefined || to === undefined ? [] : [drawEdge(edge, from, to)];
    })}${nodes.map((node) => drawNode(node, node.tone === undefined ? undefined : colours[tones.indexOf(node.tone)]))}
  </svg>`;
}

/** What the colours of a diagram are, for its legend. */
export function tonesOf({ nodes }: Diagram): string[] {
  return [...new Set(nodes.flatMap(({ tone }) => tone ?? []))];
}

function middleOf({ column, row }: DiagramNode): { x: number; y: number } {
  return { x: (column + 0.5) * place.width, y: (row + 0.5) * place.height };
}

function widthOf({ width = 1 }: DiagramNode): number {
  return Math.round(box.width * Math.max(width, 0.3));
}

function drawNode(node: DiagramNode, colour: string | undefined): Html {
  const { x, y } = middleOf(node);
  const [title, ...rest] = node.lines;
  const width = widthOf(node);
  const frame = node.heading
    ? undefined
    : markup`<rect
          x="${x - width / 2}"
          y="${y - box.height / 2}"
          width="${width}"
          height="${box.height}"
          rx="7"
          fill="var(--card)"
          stroke="${colour ?? 'var(--faint)'}"
          stroke-width="1.4"
        /><rect
          x="${x - width / 2}"
          y="${y - box.height / 2}"
          width="${width}"
          height="${box.height}"
          rx="7"
          fill="${colour ?? 'none'}"
          fill-opacity="0.16"
        />`;
  return markup`<g
    >${frame}<text x="${x}" y="${rest.length > 0 ? y - 3 : y + 5}" font-weight="600">${cut(title, fitting[0])}</text
    >${rest.map(
      (line, i) => markup`<text x="${x}" y="${y + 13 + 13 * i}" font-size="11">${cut(line, fitting[1])}</text>`,
    )}<title>${node.hint}</title></g
  >`;
}

function drawEdge({ across }: DiagramEdge, from: DiagramNode, to: DiagramNode): Html {
  const [a, b] = [middleOf(from), middleOf(to)];
  if (across) {
    const direction = Math.sign(b.x - a.x) || 1;
    const start = a.x + (direction * widthOf(from)) / 2;
    const end = b.x - (direction * widthOf(to)) / 2;
    const bend = (end - start) / 2;
    return line(
      `M${start} ${a.y}C${start + bend} ${a.y} ${end - bend} ${b.y} ${end - direction * arrow} ${b.y}`,
      `M${end} ${b.y}l${-direction * arrow * 1.6} ${-arrow * 0.8}v${arrow * 1.6}z`,
    );
  }
  const direction = Math.sign(b.y - a.y) || 1;
  const start = a.y + (direction * box.height) / 2;
  const end = b.y - (direction * box.height) / 2;
  // One that passes others by swings out, so that it is seen beside them.
  const passes = Math.abs(to.row - from.row) > 1 && a.x === b.x;
  const swing = passes ? place.width * 0.46 : 0;
  const bend = passes ? (end - start) / 4 : (end - start) / 2;
  return line(
    `M${a.x} ${start}C${a.x + swing} ${start + bend} ${b.x + swing} ${end - bend} ${b.x} ${end - direction * arrow}`,
    `M${b.x} ${end}l${-arrow * 0.8} ${-direction * arrow * 1.6}h${arrow * 1.6}z`,
  );
}

function line(path: string, head: string): Html {
  return markup`<g opacity="0.75"
    ><path d="${path}" fill="none" stroke="var(--faint)" stroke-width="1.2" class="edge" /><path
      d="${head}"
      fill="var(--faint)"
    /></g
  >`;
}
