import type { ChooseParams } from '../../schemas/types.ts';
import { type StageContext, StageError } from '../runner/stage.ts';

/** How many candidates are trained, and how far. */
export type Effort = Pick<ChooseParams, 'pool' | 'rungs'>;

/** What the engine at hand is asked for. @throws StageError as `checkRungs` */
export function effortOf({ params, engine, events }: StageContext<ChooseParams>): Effort {
  const { withoutKernels } = params;
  const isSlow = engine === 'wasm' || engine === 'cpu';
  const effort = isSlow && withoutKernels ? withoutKernels : params;
  if (effort !== params) {
    events.log(
      `engine ${engine} has no compiled kernels: ${effort.pool} candidates in place of ${params.pool} ("withoutKernels")`,
      'warning',
    );
  }
  checkRungs(effort.rungs);
  return effort;
}

/** @throws StageError for rungs that do not rise, or do not end with one network */
function checkRungs(rungs: Effort['rungs']): void {
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
