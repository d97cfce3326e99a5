import { expect } from '@jest/globals';
import { StageError } from '../../src/runner/stage.ts';

/** A stage's one clear message. */
export async function refusal(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(StageError);
  return error!.message;
}
