import { CorpusError } from './errors.ts';
import { isLanguageCode } from './languages/codes.ts';
import { languagesWithPrefixes } from './languages/prefixes.ts';

/** A code that `isLanguageCode` knows: ISO 639-1, or three letters. */
export type Language = string;

/** Languages that are written without spaces between words. */
export const withoutSpaces: readonly string[] = ['bo', 'dz', 'ja', 'km', 'lo', 'my', 'th', 'yue', 'zh'];

/** Takes a code for a language, a region or script left out (`pt-br` is `pt`); throws a `CorpusError` for what is no code. */
export function asLanguage(code: string): Language {
  const [language] = code.split('-', 1);
  if (!isLanguageCode(language)) {
    throw new CorpusError(
      `'${code}' is no language. Give a code of ISO 639-1, such as de, or one of three letters, such as yue.`,
    );
  }
  return language;
}

/** What a user should know of how text of a language is tokenised; nothing where Moses' rules are meant for it. */
export function languageWarnings(language: Language): string[] {
  const warnings: string[] = [];
  if (!languagesWithPrefixes.includes(language)) {
    warnings.push(
      `Moses has no abbreviations for '${language}': as there, those of English are taken. `
        + `It has them for ${languagesWithPrefixes.join(', ')}.`,
    );
  }
  if (withoutSpaces.includes(language)) {
    warnings.push(
      `'${language}' is written without spaces between words, and the tokeniser does not part them: as Moses, it parts `
        + 'only punctuation. Give text that was segmented before.',
    );
  }
  return warnings;
}
