import type { Division } from './mixing/operator.ts';

/** A width that does not divide as it must, in words: `a width of 9`, `4 heads`. */
export interface Undivided {
  width: string;
  parts: string;
}

/** Of a cross-attention. */
export function crossDivision(heads: number): Division {
  return { parts: heads, what: 'cross-attention heads', widths: ['attention'] };
}

/**
 * What of a layer does not divide as it must; undefined where all does.
 * @param attentionWidth of query, key and value, where it is not the layer's
 */
export function undivided(
  { parts, what, widths }: Division,
  width: number,
  attentionWidth?: number,
): Undivided | undefined {
  const ofLayer = attentionWidth === undefined || widths.includes('layer');
  if (ofLayer && width % parts !== 0) return { width: `a width of ${width}`, parts: `${parts} ${what}` };
  const ofAttention = attentionWidth !== undefined && widths.includes('attention');
  if (ofAttention && attentionWidth % parts !== 0)
    return { width: `an attention width of ${attentionWidth}`, parts: `${parts} ${what}` };
  return undefined;
}
