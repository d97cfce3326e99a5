import { Diagnostic } from '../../diagnostic.ts';
import { locationOf } from './source.ts';
import type { Span } from './source.ts';

/** A configuration error at a place: the message says what is wrong, the hint what to do. */
export function problem(span: Span, message: string, hint?: string, cause?: unknown): Diagnostic {
  const location = locationOf(span);
  return new Diagnostic(message, { location, frame: span.source.frame(location), hint, cause });
}
