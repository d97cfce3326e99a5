import type { Cost } from './cost.ts';

/** Milliseconds a translation, as a predictor that was fitted to measured networks has it. */
export const predictedLatency: Cost = {
  unit: 'ms a translation (predicted)',
  // It takes little time, but there is a predictor only where the figure is bounded.
  isCheap: false,
  measure({ predictLatency }, architecture) {
    if (!predictLatency) throw new Error('There is no predictor of latency.');
    return predictLatency(architecture);
  },
};
