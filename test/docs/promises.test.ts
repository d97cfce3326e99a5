/** A promise that leaves its document, or a test its file, takes its row in `promises.md` along. */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/runner/package-root.ts';

const read = (file: string) => readFileSync(path.join(packageRoot, file), 'utf8');

/** In documents lines end anywhere. */
const inOneLine = (text: string) => text.replace(/\s+/g, ' ');

const titles = new Map<string, string[]>();

/** Titles in a test file: texts that are given to a call together with a function. */
function titlesIn(file: string): string[] {
  const known = titles.get(file);
  if (known !== undefined) return known;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [title, body] = node.arguments;
      if (title && body && ts.isStringLiteralLike(title) && ts.isFunctionLike(body)) found.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest));
  titles.set(file, found);
  return found;
}

interface Promised {
  promise: string;
  file: string;
  title: string;
}

/** The tables of `promises.md`, by the document that each is of. */
const tables = read('test/docs/promises.md')
  .split(/^## /m)
  .slice(1)
  .map((section): [string, Promised[]] => {
    const [document, ...lines] = section.trimEnd().split('\n');
    const rows = lines.filter((line) => line.startsWith('| ')).slice(2);
    return [
      document,
      rows.map((row) => {
        const [promise, file, title] = row.slice(2, -2).split(' | ');
        return { promise, file, title };
      }),
    ];
  });

test.each(tables)('each promise of %s stands there, and a test that shows it in its file', (document, promises) => {
  expect(promises.length).toBeGreaterThan(0);
  const text = inOneLine(read(document));
  const isShown = ({ file, title }: Promised) => titlesIn(`test/${file}.test.ts`).some((each) => each.includes(title));
  expect(promises.filter(({ promise }) => !text.includes(promise))).toEqual([]);
  expect(promises.filter((row) => !isShown(row))).toEqual([]);
});
