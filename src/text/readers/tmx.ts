import type { TextFile } from '../corpora/files.ts';
import { oneLine, type Pair } from './pair-text.ts';
import type { ReadingTerms } from './open.ts';
import { readXml } from './xml.ts';

/** Elements within a segment that hold codes of the document's formatting, and no text (TMX 1.4b, section 3.2). */
const codes = new Set(['bpt', 'ept', 'it', 'ph', 'ut']);

/**
 * The translation units of a TMX file that have both languages, as OPUS publishes them. A language is meant by its code,
 * with or without a region: `de` finds `de-AT`, and takes the first where there are several.
 */
export async function* readTmx(file: TextFile, { languages }: ReadingTerms): AsyncGenerator<Pair[]> {
  let pairs: Pair[] = [];
  let unit: Partial<Pair> = {};
  let language = '';
  let segment: string | undefined;
  let depthOfCodes = 0;
  const parts = readXml(file, {
    open(name, attributes) {
      if (name === 'tu') unit = {};
      else if (name === 'tuv') language = (attributes['xml:lang'] ?? attributes.lang ?? '').toLowerCase();
      else if (name === 'seg') segment = '';
      else if (codes.has(name)) depthOfCodes++;
    },
    text(text) {
      if (segment !== undefined && depthOfCodes === 0) segment += text;
    },
    close(name) {
      if (codes.has(name)) depthOfCodes--;
      else if (name === 'seg') {
        if (isIn(language, languages.source)) unit.source ??= oneLine(segment!);
        else if (isIn(language, languages.target)) unit.target ??= oneLine(segment!);
        segment = undefined;
      } else if (name === 'tu' && unit.source !== undefined && unit.target !== undefined)
        pairs.push({ source: unit.source, target: unit.target });
    },
  });
  for await (const _ of parts) {
    if (pairs.length === 0) continue;
    yield pairs;
    pairs = [];
  }
}

function isIn(tag: string, language: string): boolean {
  return tag === language || (/^[-_]/u.test(tag.slice(language.length)) && tag.startsWith(language));
}
