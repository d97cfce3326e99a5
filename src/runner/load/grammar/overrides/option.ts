import { fromValue } from '../../text/from-value.ts';
import type { Node } from '../../text/node.ts';
import { parseLoose } from '../../text/parse.ts';
import { problem } from '../../text/problem.ts';
import { Source } from '../../text/source.ts';
import type { Span } from '../../text/source.ts';

/** A `--set` option as written. */
export interface Override {
  segments: Segment[];
  /** Values between top-level commas. */
  values: Node[];
  span: Span;
}

/** One name of a path. */
export interface Segment {
  name: string;
  span: Span;
}

/** Reads `path=value[,value…]`. @throws Diagnostic where a name or a value is missing */
export function readOverride(text: string): Override {
  const prefix = '--set ';
  const source = new Source('--set', prefix + text, 'option');
  const equals = text.indexOf('=');
  const span = { source, start: prefix.length, end: source.text.length };
  if (equals < 1) throw problem(span, `"${text}" sets nothing`, 'write path=value, for instance --set seed=2');
  const segments: Segment[] = [];
  let at = prefix.length;
  for (const name of text.slice(0, equals).split('.')) {
    const segment = { name: name.trim(), span: { source, start: at, end: at + Math.max(1, name.length) } };
    if (segment.name === '') {
      throw problem(
        segment.span,
        'a name is missing in the path',
        'write path=value, for instance --set search.iterations=3',
      );
    }
    segments.push(segment);
    at += name.length + 1;
  }
  const values: Node[] = [];
  for (const piece of splitAtCommas(text.slice(equals + 1))) {
    const valueSpan = { source, start: at, end: at + piece.length };
    values.push(fromValue(parseLoose(piece.trim()), valueSpan));
    at += piece.length + 1;
  }
  const empty = values.length > 1 ? values.find((value) => value.kind === 'scalar' && value.value === '') : undefined;
  if (empty) {
    throw problem(
      { ...empty.span, end: empty.span.start + 1 },
      'a value is missing beside this comma',
      'write "" for an empty text, or quote a text with commas',
    );
  }
  return { segments, values, span };
}

/** Pieces between commas that stand outside brackets and quotes. */
function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quote !== '') {
      if (c === '\\') i += 1;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '[' || c === '{') depth += 1;
    else if (c === ']' || c === '}') depth -= 1;
    else if (c === ',' && depth <= 0) {
      pieces.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...pieces, text.slice(from)];
}
