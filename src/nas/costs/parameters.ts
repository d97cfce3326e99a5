import { countParameters } from '../counts.ts';
import type { Cost } from './cost.ts';

/** Parameters of the layers, which the paper's budgets are for. */
export const parameters: Cost = {
  unit: 'parameters',
  isCheap: true,
  measure: ({ config }, architecture) => countParameters(config, architecture).layers,
};
