/**
 * Lowercases as Perl's `lc` does. JavaScript's own `toLowerCase` turns a capital sigma at the end of a word
 * into a final sigma (the only rule of Unicode's SpecialCasing that looks at the context without a
 * language); Perl has no such rule.
 */
export function lowercase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase();
}
