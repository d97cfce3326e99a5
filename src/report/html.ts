/** Text that is HTML already. Made by `markup` alone, so that whatever is put into it was escaped. */
export class Html {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** Of what a library or this room wrote, never of anything from an artifact. */
  static trusted(text: string): Html {
    return new Html(text);
  }
}

type Inserted = string | number | Html | readonly Html[] | undefined;

/**
 * A template of HTML or SVG: all that is inserted is escaped, for text and attributes in double quotes alike. Its own line breaks are
 * layout of code, and become spaces.
 */
export function markup(pieces: TemplateStringsArray, ...values: readonly Inserted[]): Html {
  return Html.trusted(
    pieces.map((piece, i) => piece.replace(/\s*\n\s*/g, ' ') + (i < values.length ? textOf(values[i]) : '')).join(''),
  );
}

function textOf(value: Inserted): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escape(String(value));
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  // Control characters are no text, and HTML has no way to write them.
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '\ufffd').replace(/[&<>"']/g, (character) => escapes[character]);
}
