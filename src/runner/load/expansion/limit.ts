import { problem } from '../text/problem.ts';
import type { Span } from '../text/source.ts';

/** More instances than any machine runs: a slip in a matrix or in `repeat`. */
const mostInstances = 100_000;

/** @throws Diagnostic with that message when there are more stages than are sensible */
export function refuseTooMany(count: number, span: Span, message: string): void {
  if (count > mostInstances) throw problem(span, message, `at most ${mostInstances} are sensible`);
}
