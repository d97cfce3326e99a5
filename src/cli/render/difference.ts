import type { Json } from '../../runner/stage.ts';
import type { Difference } from '../../runner/types.ts';

const longest = 72;
const digestShown = 12;

/** `params.lr: 0.1 → 0.2`; of content that only has a digest, `code src/nas/evolution.ts: changed`. */
export function drawDifference({ field, before, after }: Difference): string {
  return `${field}: ${drawChange(before, after)}`;
}

/** The same with nothing cut but digests, which keep enough digits to be looked up: `inputs.corpus: 0123456789ab → ba9876543210`. */
export function drawExactDifference({ field, before, after }: Difference): string {
  const draw = (value: Json | undefined) => (isDigest(value) ? value.slice(0, digestShown) : drawValue(value, Infinity));
  return `${field}: ${draw(before)} → ${draw(after)}`;
}

/** `0.1 → 0.2`, or `changed`, `new`, `gone` for digests, which tell a reader nothing. */
export function drawChange(before: Json | undefined, after: Json | undefined): string {
  if (isDigest(before) && isDigest(after)) return 'changed';
  if (before === undefined && isDigest(after)) return 'new';
  if (isDigest(before) && after === undefined) return 'gone';
  return `${drawValue(before)} → ${drawValue(after)}`;
}

/** A value on one line, cut where it is too long to read; text is quoted only where it could be taken for something else. */
export function drawValue(value: Json | undefined, limit = longest): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' && /^[^\s"[{(]([^\n]*\S)?$/.test(value) && !isJson(value) ? value : JSON.stringify(value);
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** `+0.2`, `−1200`: a difference of two numbers, without the noise of binary fractions. */
export function drawSigned(change: number): string {
  const magnitude = Math.abs(change);
  return `${change < 0 ? '−' : '+'}${Number.isInteger(magnitude) ? magnitude : Number(magnitude.toPrecision(4))}`;
}

function isDigest(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** A string such as `12` or `true` needs its quotes to be told from the number or the truth value. */
function isJson(text: string): boolean {
  return /^(-?\d[\d.eE+-]*|true|false|null)$/.test(text);
}
