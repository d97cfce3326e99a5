import type { TextFile } from '../corpora/files.ts';
import { lineBlocksOf } from '../corpora/line-blocks.ts';
import { CorpusError } from '../errors.ts';
import { roles } from '../parallel-text.ts';
import type { ReadingTerms } from './open.ts';
import type { Pair } from './pair-text.ts';

/** What the TED corpus of many languages writes where there is no translation. */
const none = '__NULL__';

/**
 * The pairs of a file of columns that tabs part. Which columns, the terms say, or a first line with the codes of both
 * languages; else there are two. A row where a side is empty, or `__NULL__`, is no pair.
 */
export async function* readTable(file: TextFile, { languages, columns }: ReadingTerms): AsyncGenerator<Pair[]> {
  let places = columns?.map((column) => column - 1);
  let line = 0;
  for await (const lines of lineBlocksOf(file)) {
    const pairs: Pair[] = [];
    for (const text of lines) {
      line++;
      const cells = text.replace(/\r$/u, '').split('\t');
      if (places === undefined) {
        const named = roles.map((role) => cells.indexOf(languages[role]));
        const isHeader = named.every((place) => place >= 0);
        places = isHeader ? named : [0, 1];
        if (isHeader) continue;
        if (cells.length !== 2) throw unclear(file, cells.length);
      }
      const [source, target] = places.map((place) => cells[place]);
      if (source === undefined || target === undefined)
        throw new CorpusError(
          `${file.name}, line ${line}, has ${cells.length} columns, and ${Math.max(...places) + 1} are needed: tabs part them.`,
        );
      if ([source, target].some((side) => side === '' || side === none)) continue;
      pairs.push({ source, target });
    }
    yield pairs;
  }
}

function unclear({ name }: TextFile, columns: number): CorpusError {
  return new CorpusError(
    `${name} has ${columns} columns and no first line with both languages' codes: say which two have the text, as in "${name.split('/').at(-1)}:1,2".`,
  );
}
