/** `compare` in a project whose own stage claims BLEU, through the real command line. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ComparisonDocument } from '../../schemas/types.ts';
import { makeProject } from '../support/project.ts';
import type { TestProject } from '../support/project.ts';

const declaration = JSON.stringify({
  name: 'claims',
  description: 'Writes a BLEU of its own.',
  inputs: {},
  outputs: { bleu: { artifact: 'bleu', description: 'What it claims.' } },
  seeded: true,
  params: {
    type: 'object',
    additionalProperties: false,
    properties: {
      matches: { type: 'integer', default: 6, description: 'Matching words of each sentence.' },
      references: { type: 'string', default: 'same', description: 'What they are told from.' },
    },
  },
});

const claims = `import { appendFileSync, writeFileSync } from 'node:fs';

export default ({ params, seed, outputs }) => {
  appendFileSync(process.env.EXECUTED, 'claims\\n');
  const m = (i) => Math.min(10, params.matches + ((i + seed.value) % 3));
  const counts = Array.from({ length: 20 }, (_, i) => [10, 10, m(i), m(i) - 2, m(i) - 3, m(i) - 4]);
  const part = { references: params.references, counts };
  writeFileSync(outputs.bleu + '/sentences.json', JSON.stringify({ columns: [], tokenized: part, sacrebleu: part }));
  const score = { score: 1, precisions: [1, 1, 1, 1], brevityPenalty: 1, ratio: 1, hypothesisLength: 1, referenceLength: 1 };
  const confidence = { mean: 1, halfWidth: 0 };
  writeFileSync(outputs.bleu + '/bleu.json', JSON.stringify({
    ...score, summary: 'BLEU', split: 'test', sentences: 20, copyingTheSource: 0, confidence, resamples: 1, hyphensSplit: score,
    sacrebleu: { ...score, signature: 'none', references: 'raw', confidence },
    chrf: { score: 50, signature: 'none' }, ter: { score: 50, signature: 'none' },
  }));
};
`;

const pipeline = JSON.stringify({
  name: 'claims',
  stages: {
    modest: { uses: 'claims' },
    proud: { uses: 'claims', with: { matches: 8 } },
    compare: { uses: 'compare', in: { bleu: { modest: 'modest', proud: 'proud' } } },
  },
});

let project: TestProject;
beforeAll(() => {
  project = makeProject({
    'schemas/stages/claims.json': declaration,
    'stages/claims.ts': claims,
    'claims.json5': pipeline,
  });
});
afterAll(() => project.remove());

const compared = () =>
  JSON.parse(project.read('runs/latest/claims/compare/comparison/comparison.json')) as ComparisonDocument;

test('two systems are compared once over all seeds, and the result is the last line of the run', async () => {
  const { exitCode, stdout, executed } = await project.run(['claims.json5', 'seed=1,2']);
  expect({ exitCode, executed }).toEqual({ exitCode: 0, executed: new Array(4).fill('claims') });
  expect(stdout).toMatch(
    /^compare\.comparison +BLEU proud [\d.]+ ± [\d.]+ \(2 seeds\), modest .*; proud − modest: BLEU \+[\d.]+ \(/m,
  );
  expect(compared().systems.map(({ name, runs }) => [name, runs.map(({ seed }) => seed)])).toEqual([
    ['proud', ['1', '2']],
    ['modest', ['1', '2']],
  ]);
});

test('another seed is trained and compared, and what is there is not made again', async () => {
  const { stderr, executed } = await project.run(['claims.json5', 'seed=1,2,3']);
  expect(executed).toEqual(['claims', 'claims']);
  expect(stderr).toMatch(/^succeeded: 3 stages ran, 4 fresh/m);
  expect(compared().systems[0].runs).toHaveLength(3);
});

test('one system that changes is compared again, and diff says what became of it', async () => {
  const { executed } = await project.run(['claims.json5', 'seed=1,2,3', 'modest.matches=7']);
  expect(executed).toEqual(['claims', 'claims', 'claims']);
  const { stdout } = await project.run(['diff', 'latest~1', 'latest']);
  expect(stdout).toMatch(/ {2}compare\.comparison\n {4}modest: BLEU [\d.]+ → [\d.]+ \(\+[\d.]+\)\n/);
});

test('what does not fit is refused by label and seed, without a stack', async () => {
  const { exitCode, stderr } = await project.run(['claims.json5', 'seed=1,2', 'modest.references=other']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    'bleu.proud@seed=1 (test) is measured on other references than bleu.modest@seed=1 (test): compare results of one '
      + 'corpus and one split.',
  );
  expect(stderr).not.toMatch(/^ +at /m);
});
