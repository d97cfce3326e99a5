/** What a request may be, and how much may wait: over any of these it is refused with a status that says so. */
export const limits = {
  /** Bytes of a body. */
  bodyBytes: 256 * 1024,
  /** Characters of all texts of a request. */
  characters: 50_000,
  /** Lines of all texts of a request. */
  lines: 1000,
  /** Lines of all requests that wait. */
  waitingLines: 10_000,
  /** Lines that are translated together. */
  batchLines: 64,
  /** From a request's first byte to its last. */
  receivingSeconds: 30,
  /** From there to its answer. */
  answeringSeconds: 60,
} as const;
