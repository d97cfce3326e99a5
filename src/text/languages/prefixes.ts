import lists from './prefixes.json' with { type: 'json' };

/** When a period after a prefix stays with it: always, or only before a number. */
export type PrefixRule = 'always' | 'before-number';

/**
 * Abbreviations that Moses' tokenizer.perl does not part from their period, by language. The words are those of
 * `scripts/share/nonbreaking_prefixes` in mosesdecoder (scripts/tables/prefixes.pl).
 */
const table: ReadonlyMap<string, { always: string; beforeNumber: string }> = new Map(Object.entries(lists));

/** Languages that Moses has prefixes for. */
export const languagesWithPrefixes: readonly string[] = [...table.keys()];

/** The non-breaking prefixes of a language, without their period; those of English for a language that has none. */
export function nonbreakingPrefixes(language: string): ReadonlyMap<string, PrefixRule> {
  const { always, beforeNumber } = table.get(language) ?? lists.en;
  const rules = new Map<string, PrefixRule>();
  for (const prefix of always.split(' ')) rules.set(prefix, 'always');
  if (beforeNumber !== '') for (const prefix of beforeNumber.split(' ')) rules.set(prefix, 'before-number');
  return rules;
}
