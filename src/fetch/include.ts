import { FetchError } from './error.ts';

/**
 * The `include` parameter: which paths to keep. A pattern is a file or a folder, kept with all below it; `*` and `?`
 * stand for characters within one part of a path, `**` for any number of parts. No patterns keep everything.
 */
export class Include {
  private readonly patterns: { text: string; regex: RegExp; used: boolean }[];
  private readonly skipped: string[] = [];

  constructor(patterns: readonly string[] = []) {
    this.patterns = patterns.map((text) => ({ text, regex: toRegExp(text), used: false }));
  }

  keeps(path: string): boolean {
    if (this.patterns.length === 0) return true;
    const matching = this.patterns.filter(({ regex }) => regex.test(path));
    for (const pattern of matching) pattern.used = true;
    // The message below names only a few.
    if (matching.length === 0 && this.skipped.length < 8) this.skipped.push(path);
    return matching.length > 0;
  }

  /** To be called after the last path; throws for a pattern that kept nothing, which is most likely misspelt. */
  checkAllUsed(origin: string): void {
    const unused = this.patterns.find(({ used }) => !used);
    if (unused === undefined) return;
    const others = this.skipped.length > 0 ? ` It holds, among others: ${this.skipped.join(', ')}.` : '';
    throw new FetchError(
      `\`include\` names ${JSON.stringify(unused.text)}, but ${origin} holds no such file.${others}`,
    );
  }
}

function toRegExp(pattern: string): RegExp {
  const path = pattern.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const body = path.replace(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:[^/]+/)*';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      default:
        return `\\${token}`;
    }
  });
  return new RegExp(`^${body}(?:/.*)?$`, 'su');
}
