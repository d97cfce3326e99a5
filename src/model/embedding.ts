import * as tf from '@tensorflow/tfjs-core';
import { dropout } from '../tensor/ops/dropout.ts';
import { embedRows } from '../tensor/ops/embedding.ts';
import { dropoutOf, type ModelPart, special } from './architecture.ts';
import type { Network } from './network.ts';

/**
 * Embedded tokens with their positions, `[size, length, d]`: √d · E[id] + P[position], then dropout. The first token
 * that is not padding has position 2 (fairseq: padding id + 1); padding gets a zero vector for a position.
 *
 * @param ids `[size, length]`, row by row
 * @param firstPosition position of the first token, for decoding step by step
 */
export function embed(
  net: Network,
  part: ModelPart,
  ids: Int32Array,
  size: number,
  firstPosition = firstTokenPosition,
): tf.Tensor {
  const length = ids.length / size;
  const { width } = net.architecture[part];
  const { positionsWidth = width } = net.config;
  const table = net.weight(`${part}.embedding.weight`) as tf.Tensor2D;
  const positions = positionVectors(ids, length, { width, made: positionsWidth }, firstPosition);
  const x = embedRows(table, ids, Math.sqrt(width), positions);
  return dropout(tf.reshape(x, [size, length, width]), dropoutOf(net.config, width), net.dropout);
}

/** fairseq counts positions from the padding id + 1. */
export const firstTokenPosition = special.padding + 1;

function positionVectors(ids: Int32Array, length: number, widths: PositionWidths, first: number): Float32Array {
  const { width, made } = widths;
  const table = sinusoids(first + length, width, made);
  const vectors = new Float32Array(ids.length * width);
  for (let row = 0; row < ids.length; row += length) {
    let position = first;
    for (let at = row; at < row + length; at++) {
      if (ids[at] === special.padding) continue;
      // Tokens side by side have positions side by side.
      const start = at;
      while (at + 1 < row + length && ids[at + 1] !== special.padding) at++;
      const next = position + at - start + 1;
      vectors.set(table.subarray(position * width, next * width), start * width);
      position = next;
    }
  }
  return vectors;
}

/** How many channels are wanted, of the sinusoids of which width. */
interface PositionWidths {
  width: number;
  made: number;
}

/** By these two widths. Tables grow. */
const tables = new Map<string, Float32Array>();

/**
 * Sinusoids of at least `positions` positions, row by row (Vaswani et al. 2017, section 3.5, in
 * tensor2tensor's arrangement: first half sines, second half cosines, frequencies exp(−i · ln 10⁴ / (d/2 −
 * 1))). An odd last channel is 0.
 *
 * @param made d; where it is more than `width`, its first channels are given: of twice the width, sines alone
 */
export function sinusoids(positions: number, width: number, made = width): Float32Array {
  const name = `${width} of ${made}`;
  const known = tables.get(name);
  if (known && known.length >= positions * width) return known;
  const rows = Math.max(positions, 256, known ? (2 * known.length) / width : 0);
  const table = new Float32Array(rows * width);
  const half = Math.floor(made / 2);
  const step = half > 1 ? Math.log(10000) / (half - 1) : 0;
  for (let position = 0; position < rows; position++) {
    for (let i = 0; i < half; i++) {
      const angle = position * Math.exp(-i * step);
      if (i < width) table[position * width + i] = Math.sin(angle);
      if (half + i < width) table[position * width + half + i] = Math.cos(angle);
    }
  }
  tables.set(name, table);
  return table;
}
