import { hasLowercase } from './characters/classes.ts';

/** Capitals that came into Unicode after its version 14. */
const newerClass = `[\\p{Changes_When_Lowercased}--[${hasLowercase}]]`;
const newer = new RegExp(newerClass, 'v');
const newerRun = new RegExp(`(${newerClass}+)`, 'v');

/**
 * Lowercases as the `lc` of Perl 5.36 does. JavaScript's own `toLowerCase` turns a capital sigma at the end of a word
 * into a final sigma (the only rule of Unicode's SpecialCasing that looks at the context without a
 * language); Perl has no such rule. And it knows capitals that Perl does not know yet.
 */
export function lowercase(text: string): string {
  const plain = text.replaceAll('Σ', 'σ');
  if (!newer.test(plain)) return plain.toLowerCase();
  return plain
    .split(newerRun)
    .map((part, i) => (i % 2 === 1 ? part : part.toLowerCase()))
    .join('');
}
