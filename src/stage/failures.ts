import { type Stage, StageError } from '../runner/stage.ts';
import { fullDisk } from './full-disk.ts';

/** A stage whose failures of these types, and on a full disk, reach the user as messages without a stack. */
export function expecting<Params>(
  types: readonly (abstract new (...given: never[]) => Error)[],
  run: Stage<Params>,
): Stage<Params> {
  return async (context) => {
    try {
      await run(context);
    } catch (error) {
      const expected = types.some((type) => error instanceof type) ? (error as Error) : undefined;
      // Where a disk is full, that is what has to be told, whatever else came of it.
      throw (
        fullDisk(expected?.cause ?? error, context.outputs)
        ?? (expected ? new StageError(expected.message, { cause: expected }) : error)
      );
    }
  };
}
