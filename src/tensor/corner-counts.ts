import { type Parameter, storedName } from './parameters.ts';

/** How often each leading corner of a parameter has been trained: rows (1 for a vector), columns, updates. */
export type CornerCount = [rows: number, columns: number, updates: number];

/** A part of a corner whose weights have all been trained equally often. */
export interface Cell {
  row: number;
  column: number;
  rows: number;
  columns: number;
  updates: number;
}

/**
 * How often the corners of a supernet's parameters have been trained. Corners contain each other, so a weight has been
 * trained as often as all corners that it lies in.
 */
export class CornerCounts {
  /** @param counts by the name of the parameter that corners belong to */
  constructor(private readonly counts: Record<string, CornerCount[]> = {}) {}

  /** Counts one update of a corner. */
  add(corner: Parameter): void {
    const [rows, columns] = matrixOf(corner.shape);
    const all = (this.counts[storedName(corner)] ??= []);
    const known = all.find((count) => count[0] === rows && count[1] === columns);
    if (known) known[2]++;
    else all.push([rows, columns, 1]);
  }

  /** The corner in parts, as few as there can be. */
  cells(corner: Parameter): Cell[] {
    const [rows, columns] = matrixOf(corner.shape);
    const all = this.counts[storedName(corner)] ?? [];
    const rowEdges = edges(
      all.map(([extent]) => extent),
      rows,
    );
    const columnEdges = edges(
      all.map(([, extent]) => extent),
      columns,
    );
    return rowEdges.flatMap(([row, nextRow]) =>
      columnEdges.map(([column, nextColumn]) => ({
        row,
        column,
        rows: nextRow - row,
        columns: nextColumn - column,
        updates: all.reduce((sum, [high, wide, updates]) => sum + (high > row && wide > column ? updates : 0), 0),
      })),
    );
  }

  /** Those of parameters that begin as these corners. */
  cut(corners: readonly Parameter[]): CornerCounts {
    const counts = corners.map((corner): [string, CornerCount[]] => {
      const [rows, columns] = matrixOf(corner.shape);
      const all = this.counts[storedName(corner)] ?? [];
      return [
        corner.name,
        all.map(([high, wide, updates]) => [Math.min(high, rows), Math.min(wide, columns), updates]),
      ];
    });
    return new CornerCounts(Object.fromEntries(counts));
  }

  /** To be saved. */
  toJSON(): Record<string, CornerCount[]> {
    return this.counts;
  }
}

function matrixOf(shape: readonly number[]): [rows: number, columns: number] {
  return shape.length === 1 ? [1, shape[0]] : [shape[0], shape[1]];
}

/** Stretches from 0 to `end`, cut wherever one of the extents ends. */
function edges(extents: readonly number[], end: number): [from: number, to: number][] {
  const ends = [...new Set([...extents.filter((extent) => extent < end), end])].sort((a, b) => a - b);
  return ends.map((to, i) => [i === 0 ? 0 : ends[i - 1], to]);
}
