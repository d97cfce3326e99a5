// The table of docs/data.md that says where corpora are and what to say: its parameters, as they stand there, on files under the names that
// those corpora have.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import JSON5 from 'json5';
import type { CorpusDocument } from '../../schemas/types.ts';
import { tar } from '../fetch/support.ts';
import { makeProject } from '../support/project.ts';

const pairs = 30;
const sentences = (language: string, count = pairs): string[] =>
  Array.from(
    { length: count },
    (_, i) => `${language} ${[...String(i)].map((digit) => 'abcdefghij'[Number(digit)]).join(' ')} .`,
  );
const english = sentences('en', 5000);
const text = (language: string, count?: number) => `${sentences(language, count).join('\n')}\n`;
const segments = (lines: readonly string[]) => lines.map((line, i) => `<seg id="${i + 1}">${line}</seg>`).join('\n');

const iwslt: Record<string, string> = {
  'pt-br-en/train.tags.pt-br-en.pt-br': `<url>x</url>\n${text('pt')}`,
  'pt-br-en/train.tags.pt-br-en.en': `<url>x</url>\n${text('en')}`,
};
for (const set of ['TED.dev2010', 'TED.tst2010', 'TED.tst2011', 'TED.tst2012'])
  for (const language of ['pt-br', 'en'])
    iwslt[`pt-br-en/IWSLT14.${set}.pt-br-en.${language}.xml`] = segments(sentences(language, 2));

const talks = (count: number) =>
  [
    'talk_name\tar\tde\ten',
    ...sentences('de', count).map((line, i) => `talk_${i}\t__NULL__\t${line}\t${sentences('en', count)[i]}`),
    'talk_x\tx\t__NULL__\tno German',
  ].join('\n');

/** What lies where a row's `path` leads, and the sizes of the splits that it has. */
const rows: Record<string, { files: Record<string, string | Uint8Array>; splits: Record<string, number> }> = {
  "IWSLT'14, all its languages": {
    files: {
      'pt-br-en.tgz': gzipSync(
        tar(Object.entries(iwslt).map(([name, content]) => ({ name, content: Buffer.from(content) }))),
      ),
    },
    // Every 23rd of 30 is for validation.
    splits: { train: 29, valid: 1, test: 8 },
  },
  'WMT newstest': {
    files: {
      'test-full/newstest2014-deen-src.de.sgm': segments(sentences('de', 3)),
      'test-full/newstest2014-deen-ref.en.sgm': segments(sentences('en', 3)),
      'test-full/newstest2014-csen-src.cs.sgm': segments(sentences('cs', 3)),
    },
    splits: { newstest2014: 3 },
  },
  'OPUS, Moses format': {
    files: {
      'Tatoeba.de-en.de': text('de', 5000),
      'Tatoeba.de-en.en': text('en', 5000),
      'Tatoeba.de-en.ids': 'x\n',
      'README': 'x\n',
    },
    splits: { train: 1000, valid: 2000, test: 2000 },
  },
  'OPUS, TMX': {
    files: {
      'de-en.tmx': `<?xml version="1.0"?>\n<tmx version="1.4"><header/><body>${sentences('de', 5000)
        .map(
          (line, i) =>
            `<tu><tuv xml:lang="de"><seg>${line}</seg></tuv><tuv xml:lang="en"><seg>${english[i]}</seg></tuv></tu>`,
        )
        .join('\n')}</body></tmx>\n`,
    },
    splits: { train: 1000, valid: 2000, test: 2000 },
  },
  'TED talks in 60 languages': {
    files: { 'all_talks_train.tsv': talks(30), 'all_talks_dev.tsv': talks(3), 'all_talks_test.tsv': talks(4) },
    splits: { train: 30, valid: 3, test: 4 },
  },
};

const documented = [
  ...readFileSync('docs/data.md', 'utf8').matchAll(/^\| (.+) \| .+ \| (?:`path` alone|`((?:"|\\\||[^`])+)`.*) \|$/gm),
]
  .filter(([, name, parameters]) => parameters !== undefined && Object.hasOwn(rows, name))
  .map(([, name, parameters]) => ({
    name,
    stage: name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/-$/, ''),
    parameters: JSON5.parse<{ path?: string }>(`{ ${parameters.replaceAll('\\|', '|')} }`),
  }));

const project = makeProject({
  'stages/none.txt': '',
  'schemas/none.txt': '',
  'pipelines/corpora.json5': JSON.stringify({
    name: 'corpora',
    stages: Object.fromEntries(
      documented.flatMap(({ stage, name, parameters }) => [
        [`get-${stage}`, { uses: 'fetch', with: { path: stage, ...parameters } }],
        [
          stage,
          {
            uses: 'preprocess',
            // Test sets alone are prepared like a corpus of their languages.
            in: { raw: `get-${stage}`, ...('train' in rows[name].splits ? {} : { like: 'ted-talks-in-60-languages' }) },
            ...('train' in rows[name].splits ? { with: { merges: 10 } } : {}),
          },
        ],
      ]),
    ),
  }),
});
afterAll(() => project.remove());

test('each corpus of the table is read with the parameters that stand there', async () => {
  expect(documented.map(({ name }) => name).toSorted()).toEqual(Object.keys(rows).toSorted());
  for (const { name, stage, parameters } of documented) {
    const folder = path.join(project.folder, parameters.path === undefined ? stage : '');
    for (const [file, content] of Object.entries(rows[name].files)) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
  }
  const { exitCode, stderr } = await project.run(['run', 'pipelines/corpora.json5']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  for (const { name, stage } of documented) {
    const { splits } = JSON.parse(
      readFileSync(path.join(project.folder, 'runs/latest/corpora', stage, 'corpus/corpus.json'), 'utf8'),
    ) as CorpusDocument;
    const sizes = Object.fromEntries(Object.entries(splits).map(([split, { pairs: size }]) => [split, size]));
    expect({ name, sizes }).toEqual({ name, sizes: rows[name].splits });
  }
});
