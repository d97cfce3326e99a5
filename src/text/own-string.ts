/**
 * From this length on, V8 makes a part of a string a view of the whole, which then stays in
 * memory as long as the part does.
 */
const viewLength = 13;

/** A copy of a small part of a large text, so that keeping the part does not keep the whole in memory. */
export function ownString(text: string): string {
  return text.length < viewLength ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
