/**
 * A fault of a text or of a corpus's file that the user can correct: the message says what
 * is wrong, where, and what to do.
 */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
}
