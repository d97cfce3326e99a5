import type { Habits } from './habits.ts';
import type { Joint } from './joints.ts';
import { isWithinWord } from './straight-marks.ts';

/** Sets “ ” „ ‚ ‘ ’ « » of a line, from left to right: some of them open or close, as the habit is. */
export class TypographicMarks {
  private readonly open = { low: false, lowSingle: false, high: false, angle: false };

  constructor(
    private readonly tokens: readonly string[],
    private readonly habits: Habits,
  ) {}

  /** How the token at this place is set; undefined if it is no such mark. */
  jointAt(i: number): Joint | undefined {
    const { open, tokens, habits } = this;
    const previous = tokens[i - 1] ?? '';
    const next = tokens[i + 1] ?? '';
    switch (tokens[i]) {
      case '„':
        open.low = !/^[,.]$/.test(next);
        return open.low ? 'right' : 'left';
      case '‚':
        open.lowSingle = true;
        return 'right';
      case '“':
        open.high = !open.low && this.highMarkOpens(i);
        open.low = false;
        return open.high ? 'right' : 'left';
      case '”':
        open.low = open.high = false;
        return 'left';
      case '‘': {
        if (isWithinWord(previous, next, habits)) return 'both';
        const opens = !open.lowSingle && habits.highMarkOpens;
        open.lowSingle = false;
        return opens ? 'right' : 'left';
      }
      case '’':
        if (isWithinWord(previous, next, habits)) return 'both';
        return habits.beginnings.test(next) ? 'right' : 'left';
      case '«':
      case '»':
        open.angle = !open.angle;
        return open.angle ? 'right' : 'left';
    }
    return undefined;
  }

  /** Closes a quotation that a typographic mark opened and a straight one ends; whether there was one. */
  closeByStraightMark(): boolean {
    const wasOpen = this.open.low || this.open.high;
    this.open.low = this.open.high = false;
    return wasOpen;
  }

  private highMarkOpens(i: number): boolean {
    const partner = this.tokens.slice(i + 1).find((token) => /^[„“”]$/.test(token));
    if (partner === '”') return true;
    return this.habits.highMarkOpens ? !this.open.high : i === 0 || this.tokens[i - 1] === ':';
  }
}
