import { expect, test } from '@jest/globals';
import { asLanguage, languageWarnings } from '../../src/text/language.ts';
import { twoLetterCodes } from '../../src/text/languages/codes.ts';

test('the codes of two letters are those that Unicode has names for, but for those withdrawn from the standard', () => {
  const withdrawn = ['bh', 'in', 'iw', 'ji', 'jw', 'mo', 'sh'];
  const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const named = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => names.of(code) !== undefined);
  expect(named.filter((code) => !twoLetterCodes.includes(code) && !withdrawn.includes(code))).toEqual([]);
  expect(twoLetterCodes.filter((code) => !named.includes(code))).toEqual([]);
});

test.each(['xx', 'DE', 'd', 'german', 'xx-AT', '', 'zh_CN'])("'%s' is no language", (code) => {
  expect(() => asLanguage(code)).toThrow(`'${code}' is no language. Give a code of ISO 639-1`);
});

test.each([
  ['de-AT', 'de'],
  ['pt-br', 'pt'],
  ['zh-Hant', 'zh'],
])('%s has the rules of %s', (code, language) => {
  expect(asLanguage(code)).toBe(language);
});

test.each(['de', 'en', 'cs', 'tdt', 'mni'])(
  '%s, which Moses has abbreviations for, is taken without a warning',
  (code) => {
    expect(languageWarnings(asLanguage(code))).toEqual([]);
  },
);

test.each(['tr', 'sah', 'so'])(
  '%s, which it has none for, is taken with a warning that those of English are used',
  (code) => {
    const [warning, ...others] = languageWarnings(asLanguage(code));
    expect(warning).toContain(`no abbreviations for '${code}'`);
    expect(warning).toContain('those of English');
    expect(others).toEqual([]);
  },
);

test.each(['zh', 'ja', 'th'])('%s is taken with a warning that words are not parted', (code) => {
  expect(languageWarnings(asLanguage(code)).at(-1)).toContain(`'${code}' is written without spaces`);
});
