/**
 * Raw data cannot be got or must not be unpacked: the message says what is wrong, where, and what
 * to do. The stage shows no stack.
 */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

/** Message of anything that was thrown, for the end of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
