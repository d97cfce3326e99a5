import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphBuilder } from '../../src/onnx/format/graph.ts';
import { encodeModel } from '../../src/onnx/format/messages.ts';
import { precisions } from '../../src/onnx/graphs/matrices.ts';
import { onnxRuntime, openGraph } from '../../src/onnx/runtime/session.ts';
import { RandomStream } from '../../src/tensor/random.ts';

const runtime = await onnxRuntime();
const { int8 } = precisions;

/** What a graph of one input and one output gives. */
async function compute(add: (graph: GraphBuilder) => void, input: InstanceType<typeof runtime.Tensor>) {
  const graph = new GraphBuilder('part');
  add(graph);
  const session = await openGraph(runtime, 'part', encodeModel(graph.model('For a test.')));
  const { y } = await session.run({ x: input });
  await session.release();
  return y.data as Float32Array;
}

function values(name: string, count: number, scale: number): Float32Array {
  const random = new RandomStream(1, name);
  return Float32Array.from({ length: count }, () => scale * (2 * random.float() - 1));
}

/** A product of 8-bit numbers by the definition: each output's weights and the whole input have a scale. */
function quantisedProduct(x: Float32Array, weights: Float32Array, rows: number, columns: number): number[] {
  const [low, high] = [Math.min(0, ...x), Math.max(0, ...x)];
  const scale = (high - low) / 255;
  const zero = Math.min(255, Math.max(0, Math.round(-low / scale)));
  const inputs = Array.from(x, (value) => Math.min(255, Math.max(0, Math.round(value / scale) + zero)) - zero);
  return Array.from({ length: (x.length / columns) * rows }, (_, i) => {
    const [step, row] = [Math.floor(i / rows), i % rows];
    const own = weights.subarray(row * columns, (row + 1) * columns);
    const ownScale = Math.max(...own.map(Math.abs)) / 127;
    let sum = 0;
    own.forEach((weight, c) => (sum += inputs[step * columns + c] * Math.round(weight / ownScale)));
    return sum * scale * ownScale;
  });
}

test('products in 8 bits are those of the definition, also of large numbers of one sign', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 70 }),
      fc.boolean(),
      async (steps, rows, columns, largest) => {
        // All at their largest, sums of pairs would not fit into 16 bits.
        const x = largest ? new Float32Array(steps * columns).fill(3) : values('x', steps * columns, 3);
        const data = largest ? new Float32Array(rows * columns).fill(-2) : values('weights', rows * columns, 2);
        const found = await compute(
          (graph) => {
            graph.input('x', 'float32', [1, steps, columns]);
            const y = int8.product(graph, 'weights', { shape: [rows, columns], data }, 'x');
            graph.output('y', y, 'float32', [1, steps, rows]);
          },
          new runtime.Tensor('float32', x, [1, steps, columns]),
        );
        const expected = quantisedProduct(x, data, rows, columns);
        // An input that lies between two whole numbers may be rounded to either.
        const step = (6 / 255) * 2;
        found.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(step + 1e-4 * Math.abs(value)));
      },
    ),
    { numRuns: 15 },
  );
});

test('rows of a table in 8 bits are within half a step of what they are', async () => {
  const [types, width, scale] = [7, 10, 4];
  const data = values('table', types * width, 2);
  data.fill(0, width, 2 * width);
  const ids = Int32Array.of(3, 1, 6, 3);
  const found = await compute(
    (graph) => {
      graph.input('x', 'int32', [ids.length]);
      const y = int8.rows(graph, 'table', { shape: [types, width], data }, 'x', scale);
      graph.output('y', y, 'float32', [ids.length, width]);
    },
    new runtime.Tensor('int32', ids, [ids.length]),
  );
  found.forEach((value, i) => {
    const row = data.subarray(ids[Math.floor(i / width)] * width).subarray(0, width);
    const half = (scale * Math.max(...row.map(Math.abs))) / 127 / 2;
    expect(Math.abs(value - scale * row[i % width])).toBeLessThanOrEqual(half * 1.0001);
  });
});
