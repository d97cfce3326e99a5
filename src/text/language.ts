import { CorpusError } from './errors.ts';

/** Languages that tokenisation rules exist for, by ISO 639-1 code. */
export type Language = 'de' | 'en';

const languages: readonly string[] = ['de', 'en'] satisfies Language[];

/** Narrows a code to a known language; throws a `CorpusError` for any other. */
export function asLanguage(code: string): Language {
  if (!languages.includes(code)) {
    throw new CorpusError(`No tokenisation rules for language '${code}'. Known languages: ${languages.join(', ')}.`);
  }
  return code as Language;
}
