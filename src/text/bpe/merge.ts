/** A merge operation: two adjacent symbols that become one. The last symbol of a word carries `</w>`. */
export type Merge = readonly [first: string, second: string];

/** Marks the end of a word in a symbol. */
export const endOfWord = '</w>';
