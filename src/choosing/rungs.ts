import type { ChooseParams } from '../../schemas/types.ts';
import { StageError } from '../runner/stage.ts';

/** @throws StageError for rungs that do not rise, or do not end with one network */
export function checkRungs(rungs: ChooseParams['rungs']): void {
  for (const [i, { updates, keep }] of rungs.entries()) {
    const before = rungs[i - 1];
    if (before && (updates <= before.updates || keep > before.keep)) {
      throw new StageError(
        `"rungs" must have more and more updates and keep fewer and fewer, and ${updates} updates, keep ${keep} come `
          + `after ${before.updates} updates, keep ${before.keep}.`,
      );
    }
  }
  const { keep } = rungs.at(-1)!;
  if (keep !== 1) throw new StageError(`The last of "rungs" keeps ${keep}, and one network is chosen: let it keep 1.`);
}
