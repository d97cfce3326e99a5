import type { RandomStream } from '../tensor/random.ts';
import type { LabelledRows } from '../boosting/boost.ts';

export interface SplitRows {
  train: LabelledRows;
  valid: LabelledRows;
  test: LabelledRows;
}

/** Shuffles rows and parts them: four fifths to train on, a tenth to stop by, and the rest to measure on, as HAT does. */
export function splitRows({ rows, targets }: LabelledRows, random: RandomStream): SplitRows {
  const order = [...random.permutation(rows.length)];
  const [train, valid] = [Math.floor(0.8 * rows.length), Math.floor(0.1 * rows.length)];
  const part = (from: number, to?: number): LabelledRows => {
    const places = order.slice(from, to);
    return { rows: places.map((i) => rows[i]), targets: places.map((i) => targets[i]) };
  };
  return { train: part(0, train), valid: part(train, train + valid), test: part(train + valid) };
}
