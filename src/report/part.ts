/**
 * What a report is made of. Parts are data, as JSON could have them: pages, pictures and tables are made of them by
 * renderers that know nothing of what they show.
 */

/** One thing that is shown, with what it takes to read it and to make it again. */
export interface ReportPart {
  /** Parts of one chapter stand together; chapters in the order in which their first parts are given. */
  chapter: string;
  title: string;
  /** What it shows and how to read it, a paragraph each. */
  text?: readonly string[];
  content: Content;
  /** Commands that make again what it shows. */
  commands: readonly string[];
  /** Stands before all chapters: a result, and not how it came about. */
  headline?: boolean;
}

/** Each has a table with all figures that it shows, but for passages, which are sentences. */
export type Content = Chart | Diagram | Tally | PlainTable | Passages;

export type TableCell = string | number | null;

/** Rows of cells by the names of columns; one that is absent is empty. */
export interface DataTable {
  columns: readonly Column[];
  rows: readonly Readonly<Record<string, TableCell>>[];
}

export interface Column {
  /** By which rows, axes and marks name it. */
  name: string;
  title: string;
  /** Decimals that are shown; the figure itself is kept. Absent: as many as it has. */
  digits?: number;
}

export interface PlainTable {
  kind: 'table';
  table: DataTable;
  /** Shown when it is asked for: long, and seldom read. */
  folded?: boolean;
}

/** The most important figures of each row of a table, large. */
export interface Tally {
  kind: 'tally';
  table: DataTable;
  /** Column with what a row is about. */
  label: string;
  figures: readonly TallyFigure[];
}

export interface TallyFigure {
  column: string;
  /** Column with half of the width of an interval around it. */
  plusMinus?: string;
  /** In millions. */
  millions?: boolean;
  /** One line on what is counted. */
  note?: string;
}

/** Marks over the columns of a table, each row one of every kind of mark whose columns it has. */
export interface Chart {
  kind: 'chart';
  table: DataTable;
  x: ChartAxis;
  y: ChartAxis;
  marks: readonly Mark[];
  /** Column whose values have a colour each, in the order of their first rows. */
  colour?: string;
  /** Column whose values have a small chart each, side by side. */
  facet?: string;
  /** In pixels of a page as wide as charts are drawn. */
  height?: number;
}

export interface ChartAxis {
  label: string;
  /** `band`: a place for each value, in the order of the rows. */
  scale?: 'linear' | 'log' | 'band';
  /** The axis begins at zero. */
  zero?: boolean;
  /** Without names of its places: text says what they are. */
  hidden?: boolean;
  /** How numbers stand on it. Absent: as they are. */
  ticks?: 'percent' | 'compact';
}

/** Names of columns; a row without a number in them has no such mark. */
export type Mark =
  /** A line for each value of `group`; absent: for each colour. */
  | { type: 'line'; x: string; y: string; group?: string }
  /** Between two curves. */
  | { type: 'band'; x: string; low: string; high: string }
  | { type: 'dot'; x: string; y: string; label?: string }
  /** From zero; bars at one place stand on each other. */
  | { type: 'bar'; x: string; y: string }
  /** From one figure to another, lying. */
  | { type: 'span'; y: string; from: string; to: string }
  /** An interval around a dot, standing or lying. */
  | { type: 'interval'; across: 'x' | 'y'; at: string; low: string; high: string }
  /** A place of a heat map. */
  | { type: 'cell'; x: string; y: string; value: string }
  /** A line across at a value that is no row's. */
  | { type: 'rule'; across: 'x' | 'y'; at: number };

/** Boxes at places of a grid, and arrows. */
export interface Diagram {
  kind: 'diagram';
  table: DataTable;
  nodes: readonly DiagramNode[];
  edges: readonly DiagramEdge[];
}

export interface DiagramNode {
  id: string;
  /** Place from the left, from 0. */
  column: number;
  /** Place from the top, from 0. */
  row: number;
  /** A title, and what stands beneath it in small print. */
  lines: readonly string[];
  /** All that is known, for who points at it. */
  hint: string;
  /** Nodes of one tone have one colour; absent: none. */
  tone?: string;
  /** Share of the place that the box takes, up to 1. */
  width?: number;
  /** Only its lines, without a box. */
  heading?: boolean;
}

export interface DiagramEdge {
  from: string;
  to: string;
  /** Goes from side to side, and not from bottom to top. */
  across?: boolean;
}

/** Texts that belong together, passage by passage, such as a sentence and its translations. */
export interface Passages {
  kind: 'passages';
  /** What each text of a passage is. */
  labels: readonly PassageLabel[];
  /** Figures of passages, by which they can be sorted. */
  columns: readonly Column[];
  /** In the order in which they are shown first. */
  passages: readonly Passage[];
}

export interface PassageLabel {
  title: string;
  /** Of its language, ISO 639. */
  language?: string;
}

export interface Passage {
  /** Number among all, from 1. */
  number: number;
  /** Stretches of each text by label: the first is plain, the second marked, the third plain, and so on. */
  texts: readonly (readonly string[])[];
  /** By column. */
  figures: readonly (number | null)[];
}
