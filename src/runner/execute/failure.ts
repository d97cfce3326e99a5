import { describeRefusal, isOfDisk, refusalOf } from '../../disk/refusals.ts';

/**
 * What a failed job says: a message for the user, and for the log the stack of what nobody expected.
 * @param folders that it writes to, in one of which a disk may be full
 */
export function describeFailure(error: unknown, folders: readonly string[] = []): { message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: `threw ${String(error)}` };
  // By name: a stage's bundle has a class of its own.
  if (error.name === 'StageError') return { message: error.message };
  const refusal = refusalOf(error);
  if (refusal !== undefined && isOfDisk(refusal)) return { message: describeRefusal(refusal, folders).join('. ') };
  return { message: `${error.name}: ${error.message}`, stack: describeStack(error) };
}

function describeStack(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeStack(error.cause)}` : own;
}
