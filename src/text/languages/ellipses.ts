/**
 * Moses writes words for the periods of an ellipsis while it forms tokens, so that no rule about periods sees them:
 * `DOTMULTI` for two, `DOTDOTMULTI` for three. A text with such a word in it gets periods for it, as there.
 */
const placeholder = 'DOTMULTI';

/** Puts the placeholders in: of two or more periods in a row, and of periods after a placeholder of the text itself. */
export function hideEllipses(text: string): string {
  if (!text.includes('..') && !text.includes(placeholder)) return text;
  const hidden = text.replace(/\.(\.+)/g, ` ${placeholder}$1`);
  // Moses takes the periods in one at a time, and parts the last from what follows. Of two placeholders that touch and
  // come to their last period at once, it has looked past the start of the second.
  let previous = { end: -1, periods: 0, parts: false };
  return hidden.replace(/DOTMULTI(\.*)/g, (match: string, periods: string, offset: number) => {
    const end = offset + match.length;
    const passed = previous.parts && offset === previous.end && periods.length === previous.periods;
    const parts = periods !== '' && !passed && end < hidden.length;
    previous = { end, periods: periods.length, parts };
    return `${'DOT'.repeat(periods.length)}${placeholder}${parts ? ' ' : ''}`;
  });
}

/** Puts the periods back. */
export function showEllipses(text: string): string {
  return text.includes(placeholder)
    ? text.replace(/(?:DOT)+MULTI/g, (word) => '.'.repeat((word.length - 'MULTI'.length) / 'DOT'.length))
    : text;
}

/** Whether a word has a placeholder in it, and so is not what it seems. */
export function holdsPlaceholder(word: string): boolean {
  return word.includes(placeholder);
}
