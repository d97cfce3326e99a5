import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import compare from '../../stages/compare.ts';
import diffOfComparisons from '../../stages/comparisons/comparison.ts';
import type { ComparisonDocument } from '../../schemas/types.ts';
import { writeLosses } from '../../src/artifacts/losses.ts';
import { loadArtifactSchemas } from '../../src/runner/catalogue/artifacts.ts';
import { ArtifactChecker } from '../../src/runner/execute/artifact-check.ts';
import type { GatheredInput } from '../../src/runner/stage.ts';
import { sacrebleuCounts } from '../../src/text/bleu/sacrebleu.ts';
import { bleuOf, corpusCounts } from '../../src/text/bleu/score.ts';
import { formatSentences } from '../../src/text/bleu/sentences.ts';
import { StageBench } from '../support/stage-bench.ts';
import { golden } from '../text/bleu/golden/golden.ts';

const bench = new StageBench();
const { references } = golden.bootstrap;
const params = { confidence: 0.95, resamples: 300 };

/** Translations of the stored data, in which every n-th sentence is that of another system. */
function mixed(system: 'first' | 'second' | 'third', other: typeof system, every: number): string[] {
  return golden.bootstrap[system].map((line, i) => (i % every === 0 ? golden.bootstrap[other][i] : line));
}

function bleuArtifact(hypotheses: readonly string[], { split = 'test', digest = 'references' } = {}): string {
  const folder = bench.document('bleu', { split });
  const sentences = {
    tokenized: { references: digest, counts: corpusCounts(hypotheses, references) },
    sacrebleu: { references: digest, counts: sacrebleuCounts(hypotheses, references, 'en') },
  };
  writeFileSync(path.join(folder, 'sentences.json'), formatSentences(sentences));
  return folder;
}

function lossArtifact(loss: number, { pairs = 'pairs', split = 'test' } = {}): string {
  const folder = bench.folder();
  const sentences = references.map((line, i) => {
    const tokens = line.split(' ').length + 1;
    return { tokens, smoothed: tokens * (loss + (i % 7) / 10), likelihood: tokens * loss };
  });
  writeLosses(folder, 0.1, { [split]: { pairs, sentences } });
  return folder;
}

const gather = (label: string, seed: string, folder: string, axes: Record<string, string> = {}): GatheredInput => ({
  label,
  variant: { ...axes, seed },
  folder,
});

/** Three seeds of one system, two of a better one, and one of a third. */
const bleu = [
  gather('lite', '1', bleuArtifact(golden.bootstrap.first)),
  gather('lite', '2', bleuArtifact(mixed('first', 'third', 9))),
  gather('lite', '3', bleuArtifact(mixed('first', 'second', 11))),
  gather('found', '1', bleuArtifact(golden.bootstrap.second)),
  gather('found', '2', bleuArtifact(mixed('second', 'first', 5))),
  { label: 'single', variant: {}, folder: bleuArtifact(golden.bootstrap.third) },
];
const losses = bleu.map((input, i) => ({ ...input, folder: lossArtifact(3 + i / 10) }));

const run = async (gathered: Record<string, GatheredInput[]>, settings: object = {}) =>
  (await bench.run(compare, { ...params, ...settings }, {}, ['comparison'], { gathered })).comparison;
const documentOf = (folder: string) => bench.read(folder, 'comparison') as unknown as ComparisonDocument;
const table = (folder: string) => readFileSync(path.join(folder, 'table.txt'), 'utf8');

describe('a comparison', () => {
  test('is a valid artifact, and repeats to the byte', async () => {
    const folder = await run({ bleu, losses });
    expect(new ArtifactChecker(loadArtifactSchemas('.')).problem('comparison', folder)).toBeUndefined();
    const again = await run({ bleu, losses });
    for (const file of ['comparison.json', 'table.txt'])
      expect(readFileSync(path.join(again, file), 'utf8')).toBe(readFileSync(path.join(folder, file), 'utf8'));
  });

  test('has each system once, its seeds together, in the order of mean BLEU', async () => {
    const { systems, pairs } = documentOf(await run({ bleu }));
    expect(systems.map(({ bleu: { mean } }) => mean)).toEqual(
      systems.map(({ bleu: { mean } }) => mean).sort((a, b) => b - a),
    );
    const lite = systems.find(({ name }) => name === 'lite')!;
    expect(lite.runs.map(({ seed }) => seed)).toEqual(['1', '2', '3']);
    const score = bleuOf(corpusCounts(golden.bootstrap.first, references)).score;
    expect(lite.runs[0].bleu).toBeCloseTo(score, 9);
    expect(pairs.map(({ first, second }) => `${first} ${second}`)).toEqual([
      `${systems[0].name} ${systems[1].name}`,
      `${systems[0].name} ${systems[2].name}`,
      `${systems[1].name} ${systems[2].name}`,
    ]);
    for (const pair of pairs) expect(pair.bleu.difference).toBeGreaterThanOrEqual(0);
  });

  test('gives a system of one seed no interval, and says so wherever its seeds would count', async () => {
    const folder = await run({ bleu });
    const { systems, pairs, summary } = documentOf(folder);
    const single = systems.find(({ name }) => name === 'single')!;
    expect(Object.keys(single.bleu)).toEqual(['mean']);
    for (const { first, second, single: alone } of pairs)
      expect(alone).toEqual([first, second].filter((name) => name === 'single'));
    expect(summary).toMatch(/single \d+\.\d\d \(1 seed\)/);
    expect(summary).toMatch(/lite \d+\.\d\d ± \d+\.\d\d \(3 seeds\)/);
    expect(table(folder)).toContain('One seed, hence no interval over seeds: single.\n');
    expect(table(folder)).toMatch(/^\S+ − \S+: BLEU .*; how single varies by seed is left out$/m);
  });

  test('of two single systems is as sure of a difference as sacreBLEU', async () => {
    for (const other of ['second', 'third'] as const) {
      const systems = [bleu[0], { label: other, variant: {}, folder: bleuArtifact(golden.bootstrap[other]) }];
      const [{ bleu: found }] = documentOf(await run({ bleu: systems }, { resamples: 1000 })).pairs;
      const { first, second } = golden.bootstrap.plain[other];
      expect(Math.abs(found.difference)).toBeCloseTo(Math.abs(second.score - first.score), 9);
      // The one counts resamples, the other takes their variance.
      expect(Math.abs(found.pValue - second.pValue)).toBeLessThan(0.03);
    }
  });

  test('sets loss beside BLEU, and says where the two disagree', async () => {
    const folder = await run({ bleu, losses });
    const { systems, pairs } = documentOf(folder);
    const lite = systems.find(({ name }) => name === 'lite')!;
    expect(lite.loss!.mean).toBeGreaterThan(3.1);
    expect(lite.loss!.deviation).toBeCloseTo(0.1, 5);
    expect(pairs.map(({ disagree }) => disagree)).toContain(true);
    for (const { first, second, disagree, bleu: byBleu, loss } of pairs) {
      expect(disagree).toBe(byBleu.difference > 0 && loss!.difference > 0);
      const line = table(folder)
        .split('\n')
        .find((each) => each.startsWith(`${first} − ${second}: `));
      expect(line!.includes('BLEU and loss disagree')).toBe(disagree);
    }
  });

  test('gives BLEU the same figures with loss and without', async () => {
    const [alone, both] = [documentOf(await run({ bleu })), documentOf(await run({ bleu, losses }))];
    expect(both.pairs.map((pair) => pair.bleu)).toEqual(alone.pairs.map((pair) => pair.bleu));
  });

  test('takes other axes than the seed for other systems, and names those that differ', async () => {
    const axes = (width: string) => ({ width, depth: '6' });
    const { systems } = documentOf(
      await run({
        bleu: [
          gather('lite', '1', bleu[0].folder, axes('160')),
          gather('lite', '2', bleu[1].folder, axes('160')),
          gather('lite', '1', bleu[2].folder, axes('240')),
          gather('found', '1', bleu[3].folder, { arm: 'top' }),
        ],
      }),
    );
    expect(new Set(systems.map(({ name }) => name))).toEqual(new Set(['lite@width=160', 'lite@width=240', 'found']));
    expect(systems.find(({ name }) => name === 'lite@width=160')).toMatchObject({
      variant: axes('160'),
      runs: [{ seed: '1' }, { seed: '2' }],
    });
  });

  test('of many systems tells of the best three in its summary', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((label) => ({ ...bleu[0], label }));
    const { summary } = documentOf(await run({ bleu: many }));
    expect(summary.replace(/\d+\.\d\d/g, 'N')).toMatch(
      /^BLEU a N \(1 seed\), b N \(1 seed\), c N \(1 seed\) and 2 more; a − b: BLEU N \(N to N\), p = N0;/,
    );
  });

  test('of one system has no pairs', async () => {
    const { pairs, summary } = documentOf(await run({ bleu: bleu.slice(0, 2) }));
    expect(pairs).toEqual([]);
    expect(summary).toMatch(/^BLEU lite \d+\.\d\d ± \d+\.\d\d \(2 seeds\)$/);
  });

  test('has intervals that are the wider the surer they are to be', async () => {
    const width = async (confidence: number) => {
      const [{ bleu: found }] = documentOf(await run({ bleu }, { confidence })).pairs;
      return found.interval.high - found.interval.low;
    };
    expect(await width(0.99)).toBeGreaterThan(await width(0.9));
  });
});

describe('what cannot be compared is refused by the name of the input', () => {
  const refusal = async (gathered: Record<string, GatheredInput[]>) =>
    run(gathered).then(
      () => 'nothing',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test('other references, another split', async () => {
    const others = gather('other', '2', bleuArtifact(golden.bootstrap.first, { digest: 'else' }));
    expect(await refusal({ bleu: [...bleu, others] })).toBe(
      'StageError: bleu.other@seed=2 (test) is measured on other references than bleu.lite@seed=1 (test): compare '
        + 'results of one corpus and one split.',
    );
    const valid = gather('other', '2', bleuArtifact(golden.bootstrap.first, { split: 'valid' }));
    expect(await refusal({ bleu: [...bleu, valid] })).toContain('bleu.other@seed=2 (valid) is measured on other');
  });

  test('losses on other pairs, or not on the split', async () => {
    const others = losses.map((input, i) =>
      i === 4 ? { ...input, folder: lossArtifact(3, { pairs: 'else' }) } : input,
    );
    expect(await refusal({ bleu, losses: others })).toContain('losses.found@seed=2 (test) is measured on other pairs');
    const valid = losses.map((input, i) =>
      i === 5 ? { ...input, folder: lossArtifact(3, { split: 'valid' }) } : input,
    );
    expect(await refusal({ bleu, losses: valid })).toContain('losses.single has no losses on test');
  });

  test('a result without its loss, a loss without its result', async () => {
    expect(await refusal({ bleu, losses: losses.slice(0, -1) })).toContain('bleu.single has no partner in "losses"');
    expect(await refusal({ bleu: bleu.slice(1), losses })).toContain('losses.lite@seed=1 has no partner in "bleu"');
  });
});

test('diff says how the mean of each system changed, with its seeds', async () => {
  const before = await run({ bleu: bleu.slice(0, 5), losses: losses.slice(0, 5) });
  const after = await run({ bleu: [...bleu.slice(1, 3), ...bleu.slice(3)], losses: losses.slice(1) });
  const findings = diffOfComparisons({ before, after });
  expect(findings.map(({ name, text }) => `${name}: ${text}`.replace(/\d+\.\d+/g, 'N'))).toEqual([
    'lite: BLEU N → N (−N), loss N → N (+N), 3 → 2 seeds',
    'single: new, BLEU N, loss N, 1 seed',
  ]);
});
