import { meanOf } from '../statistics/mean.ts';

/** First and second derivatives of a loss by each row's score. */
export interface Derivatives {
  gradients: Float64Array;
  curvatures: Float64Array;
}

/** What trees are grown for. */
export interface TreeObjective {
  /** The score that all rows begin with. */
  start(targets: ArrayLike<number>): number;
  derivatives(scores: ArrayLike<number>, targets: ArrayLike<number>): Derivatives;
  /** The less the better; what early stopping watches. */
  loss(scores: ArrayLike<number>, targets: ArrayLike<number>): number;
}

/** ½ (score − target)² of each row; the loss is the mean square. */
const regression: TreeObjective = {
  start: meanOf,
  derivatives: (scores, targets) => ({
    gradients: Float64Array.from(targets, (target, i) => scores[i] - target),
    curvatures: new Float64Array(targets.length).fill(1),
  }),
  loss: (scores, targets) => meanOf(Float64Array.from(targets, (target, i) => (scores[i] - target) ** 2)),
};

/**
 * RankNet's loss (Burges et al. 2005): log(1 + exp(−(sᵢ − sⱼ))) for each pair of rows whose targets are yᵢ > yⱼ. Only the
 * order of targets counts, and that of scores is all there is to their predictions. Derivatives are of the sum over
 * pairs, divided by the number of rows less one: a row's is the mean over its pairs. Time grows with the square of rows.
 */
const pairwise: TreeObjective = {
  start: () => 0,
  derivatives(scores, targets) {
    const rows = targets.length;
    const [gradients, curvatures] = [new Float64Array(rows), new Float64Array(rows)];
    const share = 1 / Math.max(1, rows - 1);
    forEachPair(targets, (above, below) => {
      const wrong = 1 / (1 + Math.exp(scores[above] - scores[below]));
      const curvature = share * wrong * (1 - wrong);
      gradients[above] -= share * wrong;
      gradients[below] += share * wrong;
      curvatures[above] += curvature;
      curvatures[below] += curvature;
    });
    return { gradients, curvatures };
  },
  /** Mean over pairs; 0 where there are none. */
  loss(scores, targets) {
    let sum = 0;
    let pairs = 0;
    forEachPair(targets, (above, below) => {
      sum += softplus(scores[below] - scores[above]);
      pairs++;
    });
    return pairs > 0 ? sum / pairs : 0;
  },
};

/** Every objective by its name. */
export const objectives = { regression, pairwise } as const satisfies Record<string, TreeObjective>;

export type ObjectiveName = keyof typeof objectives;

function forEachPair(targets: ArrayLike<number>, visit: (above: number, below: number) => void): void {
  for (let i = 0; i < targets.length; i++) {
    for (let j = 0; j < i; j++) {
      if (targets[i] > targets[j]) visit(i, j);
      else if (targets[i] < targets[j]) visit(j, i);
    }
  }
}

/** log(1 + eˣ), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
