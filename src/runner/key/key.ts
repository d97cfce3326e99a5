import { digestJson } from '../store/digest.ts';
import type { Key, KeyFields } from '../types.ts';

/** A stage's key: SHA-256 of its fields' canonical JSON (RFC 8785). */
export function keyOf(fields: KeyFields): Key {
  return digestJson(fields) as string as Key;
}
