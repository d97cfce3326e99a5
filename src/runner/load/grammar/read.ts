import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic } from '../../diagnostic.ts';
import { describe } from '../text/node.ts';
import type { Node, ObjectNode } from '../text/node.ts';
import { merge } from './merge.ts';
import { parse } from '../text/parse.ts';
import { problem } from '../text/problem.ts';
import { Source } from '../text/source.ts';
import type { Span } from '../text/source.ts';

/**
 * Reads a pipeline file and the files that it extends, and merges them into one tree.
 * @param file Absolute path.
 * @throws Diagnostic when a file is missing, is not JSON5, or extends itself.
 */
export function readMerged(file: string): ObjectNode {
  return read(file, undefined, []);
}

function read(file: string, mention: Span | undefined, below: readonly string[]): ObjectNode {
  if (below.includes(file)) {
    const circle = [...below.slice(below.indexOf(file)), file].map((name) => path.basename(name)).join(' → ');
    throw problem(mention!, `pipelines extend each other in a circle: ${circle}`, 'remove one of the "extends"');
  }
  const root = parse(new Source(file, readText(file, mention)));
  if (root.kind !== 'object')
    throw problem(root.span, `a pipeline must be an object, found ${describe(root)}`, 'put it in { … }');
  const members = new Map(root.members);
  // Editors read `$schema`; it says nothing about the experiment.
  members.delete('$schema');
  const base = members.get('extends');
  members.delete('extends');
  const own: ObjectNode = { ...root, members };
  if (base === undefined) return own;
  const trees = pathsOf(base.value).map((named) =>
    read(path.resolve(path.dirname(file), named.path), named.span, [...below, file]),
  );
  return [...trees, own].reduce((below, above) => merge(below, above) as ObjectNode);
}

/** The files that are extended. Each is whole before the next is put on top: its `null`s take nothing from the next. */
function pathsOf(base: Node): { path: string; span: Span }[] {
  const nodes = base.kind === 'array' && base.items.length > 0 ? base.items : [base];
  return nodes.map((node) => {
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '')
      return { path: node.value, span: node.span };
    const what = 'must be the path of a pipeline file, or a list of them';
    throw problem(node.span, `"extends" ${what}, found ${describe(node)}`);
  });
}

/** Of a file that is meant. */
const mostBytes = 10_000_000;

function readText(file: string, mention: Span | undefined): string {
  const shown = path.relative('.', file) || '.';
  const refuse = (what: string): Diagnostic => {
    const message = `pipeline file ${shown} ${what}`;
    return mention ? problem(mention, message) : new Diagnostic(message, { hint: 'give the path of a pipeline file' });
  };
  let bytes: Buffer;
  try {
    const stats = statSync(file);
    // A device may never end.
    if (!stats.isFile() && !stats.isFIFO() && !stats.isDirectory()) throw refuse('is no file');
    if (stats.size > mostBytes) throw refuse(`is larger than ${mostBytes / 1e6} MB`);
    bytes = readFileSync(file);
  } catch (cause) {
    if (cause instanceof Diagnostic) throw cause;
    const code = (cause as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    const message = `pipeline file ${shown} ${reason}`;
    if (mention) throw problem(mention, message, 'the path is relative to the file that it stands in', cause);
    throw new Diagnostic(message, {
      cause,
      hint: 'give the path of a pipeline file, for instance pipelines/quickstart.json5',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // takes a byte order mark away
  } catch (cause) {
    throw new Diagnostic(`pipeline file ${path.relative('.', file)} is not UTF-8 text`, {
      cause,
      hint: 'save it as UTF-8',
    });
  }
}
