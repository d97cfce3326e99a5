import type { Location } from '../../types.ts';

/** Widest part of a source line that a frame shows: a minified file must not flood the terminal. */
const FRAME_WIDTH = 120;

/** A text that values come from: a pipeline file, or one `--set` option of the command line. */
export class Source {
  /** Offsets at which lines start and, without their breaks, end; made when the first position is asked for. */
  #lines: { starts: number[]; ends: number[] } | undefined;

  constructor(
    readonly file: string,
    readonly text: string,
    readonly kind: 'file' | 'option' = 'file',
  ) {}

  /** Line and column, from 1, of the UTF-16 offsets `[start, end)`; the length is cut at the end of the line. */
  locate(start: number, end: number): Location {
    const { starts, ends } = (this.#lines ??= findLines(this.text));
    const line = lastAtMost(starts, start);
    return {
      file: this.file,
      line: line + 1,
      column: start - starts[line] + 1,
      length: Math.max(1, Math.min(end, ends[line]) - start),
    };
  }

  /** Text of a line, counted from 1, without its line break. */
  line(number: number): string {
    const { starts, ends } = (this.#lines ??= findLines(this.text));
    return this.text.slice(starts[number - 1], ends[number - 1]);
  }

  /** The line of a location with a caret under every character that is meant. */
  frame(location: Location): string {
    const whole = this.line(location.line);
    const from =
      whole.length <= FRAME_WIDTH ? 0 : Math.max(0, Math.min(location.column - 1 - 40, whole.length - FRAME_WIDTH));
    const shown = whole.slice(from, from + FRAME_WIDTH);
    const before = location.column - 1 - from;
    // A tab stays a tab, so that the caret stands right whatever the terminal's tab stops are.
    const indent = shown.slice(0, before).replace(/[^\t]/g, ' ');
    const carets = '^'.repeat(Math.max(1, Math.min(location.length, shown.length - before)));
    const gutter = this.kind === 'file' ? `${location.line} | ` : '';
    const blank = this.kind === 'file' ? `${' '.repeat(String(location.line).length)} | ` : '';
    return `${gutter}${shown}\n${blank}${indent}${carets}`;
  }
}

/** A piece of a source, in UTF-16 offsets. Cheap to make: lines and columns are worked out only when someone asks. */
export interface Span {
  source: Source;
  start: number;
  end: number;
}

export function locationOf(span: Span): Location {
  return span.source.locate(span.start, span.end);
}

function findLines(text: string): { starts: number[]; ends: number[] } {
  const starts = [0];
  const ends: number[] = [];
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    ends.push(match.index);
    starts.push(match.index + match[0].length);
  }
  ends.push(text.length);
  return { starts, ends };
}

/** Index of the last element that is at most `value`. */
function lastAtMost(sorted: number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
