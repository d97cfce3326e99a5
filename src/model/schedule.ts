/** Linear warm-up to `peak`, then inverse square root (Vaswani et al. 2017; paper, section 5.3). */
export interface Schedule {
  /** Learning rate at the end of warm-up. */
  peak: number;
  /** Learning rate before the first update. */
  initial: number;
  warmup: number;
}

/** Learning rate of update `update`, counted from 1. */
export function learningRate({ peak, initial, warmup }: Schedule, update: number): number {
  return update < warmup
    ? initial + ((peak - initial) * update) / warmup
    : peak * Math.sqrt(Math.max(warmup, 1) / update);
}
