import { CorpusError } from '../errors.ts';
import { someFiles, textFile, unpackedName } from '../corpora/raw-corpus.ts';
import type { RawCorpus } from '../corpora/raw-corpus.ts';
import { joined } from '../readers/joined.ts';
import { type FilePair, openFiles } from '../readers/open.ts';
import type { OpenText, RawText } from './format.ts';

/** A pattern as it names the files of one side, and the columns of a table. */
interface Expanded {
  source: string;
  target: string;
  columns?: [source: number, target: number];
}

/**
 * Opens all files that patterns name, one after another, as one text.
 * @param surplus patterns of what could be meant as well: that there are any is an error
 */
export function openPatterns(patterns: readonly string[], surplus: readonly string[] = []): OpenText {
  return async (folder, raw) => {
    for (const pattern of surplus) {
      throw new CorpusError(
        `The raw corpus holds ${expand(patterns[0], raw).source} and ${expand(pattern, raw).source}: `
          + 'say which to take with "splits" of the stage that fetches it.',
      );
    }
    const texts: RawText[] = [];
    for (const pattern of patterns) {
      const expanded = expand(pattern, raw);
      for (const match of matchesOf(expanded, folder, raw))
        texts.push(await openFiles(match, { languages: raw, columns: expanded.columns }));
    }
    return joined(texts);
  };
}

/** `{lang}` is the language of the side, `{src}` and `{tgt}` those of both, `{a|b}` a on the source side and b on the target side. */
function expand(pattern: string, { source, target }: RawCorpus): Expanded {
  const [, path, first, second] = /^(.*?)(?::(\d+),(\d+))?$/su.exec(pattern)!;
  const side = (index: 0 | 1): string =>
    path.replace(/\{([^{}]*)\}/gu, (whole, inner: string) => {
      if (inner === 'lang') return [source, target][index];
      if (inner === 'src') return source;
      if (inner === 'tgt') return target;
      const either = inner.split('|');
      if (either.length === 2) return either[index];
      throw new CorpusError(
        `"${pattern}" has "${whole}": in braces stand lang, src, tgt, or what the source and the target side are called, as {src|ref}.`,
      );
    });
  const columns = first === undefined ? {} : { columns: [Number(first), Number(second)] as [number, number] };
  return { source: side(0), target: side(1), ...columns };
}

/** The files that a pattern names, in the order of their paths. One without a folder is found in any. */
function matchesOf({ source, target }: Expanded, folder: string, raw: RawCorpus): FilePair[] {
  const wanted = toRegExp(source);
  const found = raw.files
    .map(({ path }) => ({ path, captured: wanted.exec(unpackedName(path)) }))
    .filter(({ captured }) => captured !== null);
  if (found.length === 0) throw lacking(raw, source);
  if (found.length > 1 && !/[*?]/u.test(source)) throw repeated(source, found);
  return found.map(({ path, captured }) => {
    const first = textFile(folder, raw, path);
    if (source === target) return { source: first, target: first };
    const [, start, ...wild] = captured!;
    const name = target.replace(/\*\*|[*?]/gu, () => wild.shift() ?? '');
    const others = raw.files.filter((file) => matchesExactly(unpackedName(file.path), start, name));
    if (others.length === 0) throw lacking(raw, name);
    // Beside the first, if it is there more than once.
    const beside = others.filter((file) => dirname(file.path) === dirname(path));
    if (others.length > 1 && beside.length !== 1) throw repeated(name, others);
    return { source: first, target: textFile(folder, raw, (beside[0] ?? others[0]).path) };
  });
}

function matchesExactly(path: string, start: string, name: string): boolean {
  return path === `${start}${name}` || path === name || path.endsWith(`/${name}`);
}

function dirname(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** `*` and `?` stand for characters of one name, `**` for any. The first capture is what stands before the pattern. */
function toRegExp(pattern: string): RegExp {
  const body = pattern.replace(/\*\*|[*?]|[.+^${}()|[\]\\]/gu, (token) => {
    if (token === '**') return '(.*)';
    if (token === '*') return '([^/]*)';
    return token === '?' ? '([^/])' : `\\${token}`;
  });
  return new RegExp(`^((?:.*/)?)${body}$`, 'su');
}

function lacking(raw: RawCorpus, name: string): CorpusError {
  return new CorpusError(`The raw corpus (format ${raw.format}) lacks the file ${name}. Files: ${someFiles(raw)}.`);
}

function repeated(name: string, files: readonly { path: string }[]): CorpusError {
  return new CorpusError(
    `The raw corpus holds ${name} more than once: ${files.map(({ path }) => path).join(', ')}. Keep one of them.`,
  );
}
