/** From this length on, V8 makes a part of a string a view of the whole, which then stays in memory as long as the part does. */
const viewLength = 13;

/** The same text in memory of its own, for a small part of a large text that is kept after it. */
export function ownString(text: string): string {
  return text.length < viewLength ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
