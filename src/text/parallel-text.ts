/** The two sides of a translation. */
export const roles = ['source', 'target'] as const;
export type Role = (typeof roles)[number];

export const splits = ['train', 'valid', 'test'] as const;
export type Split = (typeof splits)[number];

/** Sentence pairs: line n of `source` is translated by line n of `target`. No line holds a line feed. */
export type ParallelText = Record<Role, string[]>;

/** A corpus in its three splits. */
export type ParallelCorpus = Record<Split, ParallelText>;
