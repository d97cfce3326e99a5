import type { TextFile } from '../corpora/files.ts';
import { CorpusError } from '../errors.ts';
import { oneLine, type Pair } from './pair-text.ts';
import type { ReadingTerms } from './open.ts';
import { readXml } from './xml.ts';

/** A side of a document: its segments by their ids, in order. */
interface Side {
  language: string;
  segments: Map<string, string>;
}

/**
 * The pairs of WMT's XML with source and references in one file (since 2021): in each document the segments of `<src>`, and of
 * the first `<ref>` in the other language. Systems' hypotheses are left out, and either language may be the source's.
 */
export async function* readWmtXml(file: TextFile, { languages }: ReadingTerms): AsyncGenerator<Pair[]> {
  let pairs: Pair[] = [];
  let document = '';
  let sides: Side[] = [];
  let side: Side | undefined;
  let segment: { id: string; text: string } | undefined;
  const finish = () => {
    const [source, target] = [languages.source, languages.target].map((code) =>
      sides.find(({ language }) => language === code),
    );
    if (!source || !target) return;
    for (const id of new Set([...source.segments.keys(), ...target.segments.keys()])) {
      const [text, translation] = [source, target].map(({ segments }) => segments.get(id));
      if (text === undefined || translation === undefined)
        throw new CorpusError(`${file.name}: segment ${id} of document "${document}" has no translation.`);
      pairs.push({ source: text, target: translation });
    }
  };
  const parts = readXml(file, {
    open(name, attributes) {
      if (name === 'doc') [document, sides] = [attributes.id ?? '', []];
      else if (name === 'src' || name === 'ref')
        side = { language: (attributes.lang ?? '').toLowerCase(), segments: new Map() };
      else if (name === 'seg' && side) segment = { id: attributes.id ?? '', text: '' };
    },
    text(text) {
      if (segment) segment.text += text;
    },
    close(name) {
      if (name === 'seg' && segment) {
        side!.segments.set(segment.id, oneLine(segment.text));
        segment = undefined;
      } else if (name === 'src' || name === 'ref') {
        sides.push(side!);
        side = undefined;
      } else if (name === 'doc') finish();
    },
  });
  for await (const _ of parts) {
    if (pairs.length === 0) continue;
    yield pairs;
    pairs = [];
  }
}
