/** What an edit does to the hypothesis: keep or replace a word, leave one out, or put one in. */
const Edit = { keep: 1, replace: 2, leaveOut: 3, putIn: 4 } as const;

type Edit = (typeof Edit)[keyof typeof Edit];

/** Half the width of the band of the table that is computed, in words around its diagonal. */
const narrowest = 25;

/** Beyond any distance, also with edits added. */
const infinite = 1e9;

/**
 * Edit distances between a reference and hypotheses of one length, which are variants of each other: what a variant has
 * in common with `start`'s is not computed again. Only cells near the diagonal are, as in sacreBLEU's TER.
 */
export class EditDistance {
  private readonly width: number;
  private readonly costs: Int32Array;
  private readonly edits: Uint8Array;
  private readonly variant: Int32Array;
  private readonly variantEdits: Uint8Array;

  /** @param length of the hypotheses, in words */
  constructor(
    private readonly reference: readonly string[],
    private readonly length: number,
  ) {
    this.width = reference.length + 1;
    const cells = (length + 1) * this.width;
    this.costs = new Int32Array(cells);
    this.edits = new Uint8Array(cells);
    this.variant = new Int32Array(cells);
    this.variantEdits = new Uint8Array(cells);
    for (let j = 0; j < this.width; j++) {
      this.costs[j] = j;
      this.edits[j] = Edit.putIn;
    }
  }

  /** The distance of a hypothesis; `after` and `trace` are of it from now on. */
  start(hypothesis: readonly string[]): number {
    this.fill(this.costs, this.edits, hypothesis, 0);
    this.variant.set(this.costs);
    return this.costs[this.costs.length - 1];
  }

  /** The distance of a variant whose first `equal` words are those of the hypothesis. */
  after(variant: readonly string[], equal: number): number {
    // Another variant may have left its own row there.
    const row = equal * this.width;
    this.variant.set(this.costs.subarray(row, row + this.width), row);
    this.fill(this.variant, this.variantEdits, variant, equal);
    return this.variant[this.variant.length - 1];
  }

  /** The edits that make the reference of the hypothesis, in order. */
  trace(): Edit[] {
    const trace: Edit[] = [];
    let [i, j] = [this.length, this.width - 1];
    while (i > 0 || j > 0) {
      const edit = this.edits[i * this.width + j] as Edit;
      trace.push(edit);
      if (edit !== Edit.putIn) i--;
      if (edit !== Edit.leaveOut) j--;
    }
    return trace.reverse();
  }

  /** Rows after the first `known` + 1. */
  private fill(costs: Int32Array, edits: Uint8Array, hypothesis: readonly string[], known: number): void {
    const { length, width, reference } = this;
    const ratio = length > 0 ? reference.length / length : 1;
    const half = narrowest < ratio / 2 ? Math.ceil(ratio / 2 + narrowest) : narrowest;
    for (let i = known + 1; i <= length; i++) {
      const row = i * width;
      costs.fill(infinite, row, row + width);
      const diagonal = Math.floor(i * ratio);
      const end = i === length ? width : Math.min(width, diagonal + half);
      for (let j = Math.max(0, diagonal - half); j < end; j++) {
        const at = row + j;
        // Of equals the first: keep or replace, leave out, put in.
        let cost = costs[at - width] + 1;
        let edit: Edit = Edit.leaveOut;
        if (j > 0) {
          const isSame = hypothesis[i - 1] === reference[j - 1];
          const replaced = costs[at - width - 1] + (isSame ? 0 : 1);
          if (replaced <= cost) {
            cost = replaced;
            edit = isSame ? Edit.keep : Edit.replace;
          }
          if (costs[at - 1] + 1 < cost) {
            cost = costs[at - 1] + 1;
            edit = Edit.putIn;
          }
        }
        costs[at] = Math.min(cost, infinite);
        edits[at] = edit;
      }
    }
  }
}

/** Which words of a hypothesis and its reference belong together. */
export interface Alignment {
  /** For each word of the reference, the last word of the hypothesis that is used up with it; −1 before the first. */
  positions: number[];
  /** Which words are not kept. */
  wrong: { hypothesis: boolean[]; reference: boolean[] };
}

export function alignmentOf(trace: readonly Edit[]): Alignment {
  const alignment: Alignment = { positions: [], wrong: { hypothesis: [], reference: [] } };
  const { positions, wrong } = alignment;
  for (const edit of trace) {
    const isWrong = edit !== Edit.keep;
    if (edit !== Edit.putIn) wrong.hypothesis.push(isWrong);
    if (edit === Edit.leaveOut) continue;
    positions.push(wrong.hypothesis.length - 1);
    wrong.reference.push(isWrong);
  }
  return alignment;
}
