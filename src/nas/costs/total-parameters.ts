import { countParameters } from '../counts.ts';
import type { Cost } from './cost.ts';

/** Parameters in all, embeddings and output matrix included: what a device has to hold. */
export const totalParameters: Cost = {
  unit: 'parameters in all',
  isCheap: true,
  measure: ({ config }, architecture) => countParameters(config, architecture).total,
};
