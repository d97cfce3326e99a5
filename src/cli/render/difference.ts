import type { Json } from '../../runner/stage.ts';
import type { Difference } from '../../runner/records.ts';

const longest = 72;
const digestShown = 12;

/** `params.lr: 0.1 → 0.2`; of content that only has a digest, `code src/nas/search/evolution.ts: changed`. */
export function drawDifference({ field, before, after }: Difference): string {
  return `${field}: ${drawChange(before, after)}`;
}

/**
 * The same with nothing cut but digests, which keep enough digits to be looked up:
 * `inputs.corpus: 0123456789ab → ba9876543210`.
 */
export function drawExactDifference({ field, before, after }: Difference): string {
  const draw = (value: Json | undefined) =>
    isDigest(value) ? value.slice(0, digestShown) : drawValue(value, Infinity);
  return `${field}: ${draw(before)} → ${draw(after)}`;
}

/** Of texts that are cut, what stands before the first difference. */
const contextShown = 24;

/**
 * `0.1 → 0.2`, or `changed`, `new`, `gone` for digests, which tell a reader nothing. Long values are
 * cut around what differs first.
 */
export function drawChange(before: Json | undefined, after: Json | undefined): string {
  if (isDigest(before) && isDigest(after)) return 'changed';
  if (before === undefined && isDigest(after)) return 'new';
  if (isDigest(before) && after === undefined) return 'gone';
  return drawBoth(...roundBoth(before, after)).join(' → ');
}

/** Numbers in a value to about six significant digits: a result has no more that mean anything. */
export function roundNumbers(value: Json): Json {
  if (typeof value === 'number') return Number.isInteger(value) ? value : round(value);
  if (Array.isArray(value)) return value.map(roundNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, roundNumbers(member)]));
}

function round(value: number): number {
  return Math.abs(value) < 1e5 ? Number(value.toPrecision(6)) : Math.round(value);
}

/** Rounded, unless nothing would be left of the difference. */
function roundBoth(before: Json | undefined, after: Json | undefined): [Json | undefined, Json | undefined] {
  if (before === undefined || after === undefined) return [before, after];
  const [first, second] = [roundNumbers(before), roundNumbers(after)];
  return JSON.stringify(first) === JSON.stringify(second) ? [before, after] : [first, second];
}

/** Both on one line each; of long ones that begin alike, the beginning goes. */
function drawBoth(before: Json | undefined, after: Json | undefined): [string, string] {
  const [first, second] = [drawValue(before, Infinity), drawValue(after, Infinity)];
  let common = 0;
  while (common < first.length && first[common] === second[common]) common++;
  const start = Math.max(first.length, second.length) > longest ? Math.max(0, common - contextShown) : 0;
  const from = (text: string) => cut(start === 0 ? text : `…${text.slice(start)}`, longest);
  return [from(first), from(second)];
}

/**
 * A value on one line, cut where it is too long to read; text is quoted only where it
 * could be taken for something else.
 */
export function drawValue(value: Json | undefined, limit = longest): string {
  if (value === undefined) return '(none)';
  const text =
    typeof value === 'string' && /^[^\s"[{(]([^\n]*\S)?$/.test(value) && !isJson(value) ? value : JSON.stringify(value);
  return cut(text, limit);
}

/** `+0.2`, `−1200`: a difference of two numbers, without the noise of binary fractions. */
export function drawSigned(change: number): string {
  const magnitude = Math.abs(change);
  return `${change < 0 ? '−' : '+'}${Number.isInteger(magnitude) ? magnitude : Number(magnitude.toPrecision(4))}`;
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function isDigest(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** A string such as `12` or `true` needs its quotes to be told from the number or the truth value. */
function isJson(text: string): boolean {
  return /^(-?\d[\d.eE+-]*|true|false|null)$/.test(text);
}
