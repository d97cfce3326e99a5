import { createHash } from 'node:crypto';

export type HalfName = 'choose' | 'report' | 'all';

/**
 * Whether a network is of a half. By a hash of its genes, so that it never changes sides, whatever else is in a pool:
 * what was chosen on one half is new to the other.
 */
export function isIn(half: HalfName, genes: string): boolean {
  if (half === 'all') return true;
  const [byte] = createHash('sha256').update(genes).digest();
  return byte < 128 === (half === 'choose');
}
