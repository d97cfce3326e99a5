import type { ObjectiveName } from './objectives.ts';

/** How one tree is grown; the names in brackets are LightGBM's. */
export interface TreeOptions {
  /** Most leaves of a tree (num_leaves). */
  leaves: number;
  /** Most splits from the root to a leaf (max_depth). */
  depth: number;
  /** Fewest rows of a leaf (min_data_in_leaf). */
  leafRows: number;
  /** Least sum of second derivatives of a leaf (min_sum_hessian_in_leaf). */
  leafCurvature: number;
}

/** How features are cut into bins. */
export interface BinOptions {
  /** Most bins of a feature (max_bin). */
  bins: number;
  /** Rows that a bin needs before the next one begins (min_data_in_bin). */
  binRows: number;
}

export interface BoostingOptions extends TreeOptions, BinOptions {
  objective: ObjectiveName;
  /** Most trees (num_iterations). */
  trees: number;
  learningRate: number;
  /** Trees without a better validation loss before growth stops (early_stopping_round). */
  patience: number;
}

/** RankNAS's settings (Hu et al. 2021, as released); where it says nothing, LightGBM's defaults. */
export const boostingDefaults: BoostingOptions = {
  objective: 'regression',
  trees: 100,
  learningRate: 0.1,
  patience: 5,
  leaves: 30,
  depth: 6,
  leafRows: 20,
  leafCurvature: 1e-3,
  bins: 255,
  binRows: 3,
};
