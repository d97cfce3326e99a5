import type { StoredParameter } from '../../tensor/parameters.ts';
import type { GraphBuilder, Value } from '../format/graph.ts';

/** How the matrices of a network are written to a graph, and computed with. */
export interface Matrices {
  /** `x Wᵀ` for `x [..., in]` and a matrix `[out, in]`. */
  product(graph: GraphBuilder, name: string, matrix: StoredParameter, x: Value): Value;
  /** `scale · E[ids]` for a table `[types, d]`. */
  rows(graph: GraphBuilder, name: string, table: StoredParameter, ids: Value, scale: number): Value;
}

/** As they are. */
const float32Matrices: Matrices = {
  product(graph, name, { shape: [rows, columns], data }, x) {
    return graph.matMul(x, graph.constant(name, [columns, rows], transposed(data, rows, columns)));
  },

  rows(graph, name, { shape, data }, ids, scale) {
    return graph.rows(
      graph.constant(
        name,
        shape,
        data.map((value) => value * scale),
      ),
      ids,
    );
  },
};

/** The whole number that stands for 0: bytes without a sign are multiplied exactly by every processor's instructions. */
const zero = 128;
/** Numbers on either side of it. */
const steps = 127;

/**
 * Dynamic quantisation to 8 bits, by the operators of ONNX for it: a matrix has a scale for each output, a table one for
 * each row, what a matrix is multiplied by has one for the whole of it, found when the graph runs.
 */
const int8Matrices: Matrices = {
  product(graph, name, { shape: [rows, columns], data }, x) {
    const { bytes, scales } = quantised(data, rows, columns);
    const matrix = graph.constant(name, [columns, rows], transposed(bytes, rows, columns));
    const zeroPoint = graph.constant('zero point', [], Uint8Array.of(zero));
    const [xBytes, xScale, xZero] = graph.shared(`quantised ${x}`, () => graph.nodeOf(3, 'DynamicQuantizeLinear', [x]));
    const sums = graph.node('MatMulInteger', [xBytes, matrix, xZero, zeroPoint]);
    const scale = graph.mul(xScale, graph.constant(`${name} scales`, [rows], scales));
    return graph.mul(graph.cast(sums, 'float32'), scale);
  },

  rows(graph, name, { shape: [types, width], data }, ids, scale) {
    const { bytes, scales } = quantised(data, types, width);
    const signed = graph.add(
      graph.cast(graph.rows(graph.constant(name, [types, width], bytes), ids), 'float32'),
      graph.scalar(-zero),
    );
    const factors = graph.constant(
      `${name} scales`,
      [types, 1],
      scales.map((value) => value * scale),
    );
    return graph.mul(signed, graph.rows(factors, ids));
  },
};

/** How exact the matrices of an exported network are. */
export const precisions = { float32: float32Matrices, int8: int8Matrices } as const satisfies Record<string, Matrices>;
export type Precision = keyof typeof precisions;
export const precisionNames = Object.keys(precisions) as Precision[];

/** Each row by its largest value: `value ≈ scale · (byte − 128)`. */
function quantised(data: Float32Array, rows: number, columns: number): { bytes: Uint8Array; scales: Float32Array } {
  const bytes = new Uint8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // A row of zeros has any scale.
    scales[row] = largest === 0 ? 1 : largest / steps;
    values.forEach((value, column) => (bytes[row * columns + column] = Math.round(value / scales[row]) + zero));
  }
  return { bytes, scales };
}

function transposed<Values extends Float32Array | Uint8Array>(data: Values, rows: number, columns: number): Values {
  const result = data.slice() as Values;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column];
  return result;
}
