import { roles } from '../parallel-text.ts';
import type { Role } from '../parallel-text.ts';
import type { CorpusFormat } from './format.ts';
import { corpusFormats } from './table.ts';

/**
 * Symbols of the dictionaries that were published for a recipe; undefined unless format, direction and
 * settings are the published ones.
 *
 * @param raw parameters of the stage that brings the raw corpus: `format`, `source`, `target`
 * @param recipe parameters of the stage that preprocesses it: `recipe` and the settings
 */
export function publishedDictionary(
  raw: Readonly<Record<string, unknown>>,
  recipe: Readonly<Record<string, unknown>>,
): Record<Role, number> | undefined {
  const formats: Partial<Record<string, CorpusFormat>> = corpusFormats;
  const published = typeof raw.format === 'string' ? formats[raw.format]?.published : undefined;
  if (published === undefined) return undefined;
  const same =
    (recipe.recipe === 'auto' || recipe.recipe === raw.format)
    && roles.every((role) => raw[role] === published.languages[role])
    && Object.entries(published.settings).every(([name, value]) => recipe[name] === value);
  return same ? published.dictionary : undefined;
}
