import { expect, test } from '@jest/globals';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleStage } from '../../../src/runner/key/code/bundle.ts';
import { moduleFolders } from '../../../src/runner/key/code/place.ts';
import { corpusFormatNames } from '../../../src/text/formats/table.ts';
import { readSchema } from '../../../src/runner/catalogue/schema-file.ts';

const project = path.dirname(path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url)))));

test.each([
  ['the parameter of fetch', 'stages/fetch.json', ['params', 'properties', 'format'], corpusFormatNames],
  [
    'the parameter of preprocess',
    'stages/preprocess.json',
    ['params', 'properties', 'recipe'],
    ['auto', ...corpusFormatNames],
  ],
  ['the raw corpus', 'artifacts/raw-corpus.schema.json', ['properties', 'format'], corpusFormatNames],
  ['the corpus', 'artifacts/corpus.schema.json', ['properties', 'recipe'], corpusFormatNames],
])('schemas know the formats of the table: %s', (_, file, place, names) => {
  const schema = readSchema(path.join(project, 'schemas', file)).value;
  expect(place.reduce<object>((part, key) => part[key as keyof typeof part], schema)).toMatchObject({ enum: names });
});

test('the table loads no package but the parser of XML', async () => {
  const entry = path.join(project, 'src/text/formats/table.ts');
  const { packages } = await bundleStage({ name: 'formats', home: project, entry }, moduleFolders(project));
  expect(Object.keys(packages)).toEqual(['sax']);
});
