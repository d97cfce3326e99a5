import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import compiler from 'typescript';
import type { RandomStream } from '../../src/tensor/random.ts';

/** Up to nine words, with gaps of all sorts between them. */
export function randomLine(words: readonly string[], random: RandomStream): string {
  const pick = (list: readonly string[]): string => list[random.integer(list.length)];
  return Array.from({ length: 1 + random.integer(9) }, (_, i) => (i === 0 ? '' : pick(gaps)) + pick(words)).join('');
}

const gaps = [' ', ' ', ' ', ' ', '', '  ', '\u00a0'];

/** The compiler's messages by their keys, each on one line. */
export function englishMessages(): Map<string, string> {
  const { Diagnostics } = compiler as unknown as { Diagnostics: Record<string, { key: string; message: string }> };
  return new Map(Object.values(Diagnostics).map(({ key, message }) => [key, oneLine(message)]));
}

/** The same of each language that the compiler speaks. */
export function translatedMessages(): [locale: string, messages: Map<string, string>][] {
  const lib = path.dirname(createRequire(import.meta.url).resolve('typescript'));
  const file = (locale: string): string => path.join(lib, locale, 'diagnosticMessages.generated.json');
  const locales = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return locales.map(({ name }) => {
    const messages = JSON.parse(readFileSync(file(name), 'utf8').replace(/^\ufeff/, '')) as Record<string, string>;
    return [name, new Map(Object.entries(messages).map(([key, message]) => [key, oneLine(message)]))];
  });
}

function oneLine(message: string): string {
  return message.replaceAll('\n', ' ');
}
