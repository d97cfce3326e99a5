/** What a failed job says: a message for the user, and for the log the stack of what nobody expected. */
export function describeFailure(error: unknown): { message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: `threw ${String(error)}` };
  // By name: a stage's bundle has a class of its own.
  if (error.name === 'StageError') return { message: error.message };
  return { message: `${error.name}: ${error.message}`, stack: describeStack(error) };
}

function describeStack(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeStack(error.cause)}` : own;
}
