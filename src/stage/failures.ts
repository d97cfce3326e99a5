import { type Part, type Stage, StageError } from '../runner/stage.ts';
import { fullDisk } from './full-disk.ts';

type ErrorTypes = readonly (abstract new (...given: never[]) => Error)[];

/** A stage whose failures of these types, and on a full disk, reach the user as messages without a stack. */
export function expecting<Params>(types: ErrorTypes, run: Stage<Params>): Stage<Params> {
  return (context) => mended(types, { ...context.outputs, progress: context.progress }, () => run(context));
}

/** Likewise a part of a stage. */
export function expectingPart<Params, Value>(types: ErrorTypes, run: Part<Params, Value>): Part<Params, Value> {
  return (context) => mended(types, { files: context.files, progress: context.progress }, () => run(context));
}

/** @param folders that it writes to */
async function mended<Value>(
  types: ErrorTypes,
  folders: Readonly<Record<string, string>>,
  run: () => Promise<Value> | Value,
): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    // Says already what there is to say.
    if (error instanceof StageError) throw error;
    const expected = types.some((type) => error instanceof type) ? (error as Error) : undefined;
    // Where a disk is full, that is what has to be told, whatever else came of it.
    throw (
      fullDisk(expected?.cause ?? error, folders)
      ?? (expected ? new StageError(expected.message, { cause: expected }) : error)
    );
  }
}
