import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** An exported interface, type or class; what only passes on the name of another file is no declaration. */
const declaration = /^export (?:declare )?(?:default )?(?:abstract )?(?:interface|type|class) (\w+)/gm;

test('no two exported types share a name', () => {
  const files = ['src', 'stages', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(100);
  const places = new Map<string, string[]>();
  for (const file of files) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(declaration))
      places.set(name, [...(places.get(name) ?? []), file]);
  }
  expect(Object.fromEntries([...places].filter(([, found]) => found.length > 1))).toEqual({});
});
