/** Text, or a file of a corpus, that the user can mend: the message says what is wrong, where, and what to do. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
}
