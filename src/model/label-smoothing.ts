/**
 * What the share ε is spread over: all entries of the dictionary (HAT, Lite Transformer), or
 * all but the target (fairseq now).
 */
export type SmoothingForm = 'dictionary' | 'others';

/**
 * ε of the form that losses are computed by, (1 − ε)·nll + (ε/V)·Σ(−log p). fairseq's form, (1 − ε − ε′)·nll +
 * ε′·Σ(−log p) with ε′ = ε/(V − 1), is the same with ε·V/(V − 1).
 *
 * @param types V, the size of the target dictionary
 */
export function dictionarySmoothing(epsilon: number, form: SmoothingForm, types: number): number {
  return form === 'others' ? (epsilon * types) / (types - 1) : epsilon;
}
