import { checkAligned } from '../corpora/alignment.ts';
import type { TextFile } from '../corpora/files.ts';
import { blocksOfFiles, blocksOfText, countLines } from '../corpora/line-blocks.ts';
import { unpackedName } from '../corpora/raw-corpus.ts';
import { CorpusError } from '../errors.ts';
import type { RawText } from '../formats/format.ts';
import type { Role } from '../parallel-text.ts';
import { readSegments } from './segments.ts';
import { readTable } from './table.ts';
import { readTmx } from './tmx.ts';
import { textOfPairs } from './pair-text.ts';
import { readWmtXml } from './wmt-xml.ts';

/** Files that belong together: one for each side, or one and the same for both. */
export type FilePair = Record<Role, TextFile>;

/** What a reader has to know beside the files. */
export interface ReadingTerms {
  languages: Record<Role, string>;
  /** Of a table, from 1. */
  columns?: readonly [source: number, target: number];
}

/**
 * Opens a text by what its files are called: a table (`.tsv`), TMX (`.tmx`), segments of SGM or mteval's XML (`.sgm`,
 * `.xml`), WMT's XML of both sides (`.xml`), else one sentence a line.
 */
export async function openFiles({ source, target }: FilePair, terms: ReadingTerms): Promise<RawText> {
  const isOne = source.path === target.path;
  switch (/\.([^./]+)$/u.exec(unpackedName(source.path))?.[1]?.toLowerCase()) {
    case 'tsv':
      return filled(await textOfPairs(() => readTable(source, terms)), source);
    case 'tmx':
      return filled(await textOfPairs(() => readTmx(source, terms)), source);
    case 'sgm':
    case 'sgml':
      return openSegments({ source, target });
    case 'xml':
      return isOne
        ? filled(await textOfPairs(() => readWmtXml(source, terms)), source)
        : openSegments({ source, target });
    default: {
      if (isOne)
        throw new CorpusError(
          `${source.name} has one side alone: name the file of each language ("NAME.{lang}"), a table (.tsv), or XML (.tmx, .xml).`,
        );
      const pairs = await countLines(source);
      checkAligned(pairs, await countLines(target), source.name, target.name);
      return { pairs, blocks: blocksOfFiles(source, target) };
    }
  }
}

function openSegments({ source, target }: FilePair): RawText {
  const text = { source: readSegments(source), target: readSegments(target) };
  checkAligned(text.source.length, text.target.length, source.name, target.name, 'segments');
  return { pairs: text.source.length, blocks: blocksOfText(text) };
}

function filled(text: RawText, { name }: TextFile): RawText {
  if (text.pairs > 0) return text;
  throw new CorpusError(`${name} holds no pair of sentences in these languages.`);
}
