import { expect, test } from '@jest/globals';
import type { ScoredSystem } from '../../src/depiction/scored-systems.ts';
import { workOfAll, workShares } from '../../src/depiction/work-shares.ts';
import { type MadeStage, subjectOf } from '../support/reported.ts';

const stage = (id: string, type: string, processorSeconds: number, ...sources: string[]): MadeStage => ({
  id,
  type,
  ...(Number.isNaN(processorSeconds) ? {} : { processorSeconds }),
  inputs: Object.fromEntries(sources.map((source, i) => [`slot${i}`, `${source}.out`])),
  outputs: { out: { metrics: { summary: '', series: {}, values: {} } } },
});
const made = (id: string, seconds: number, ...sources: string[]) => stage(id, 'made', seconds, ...sources);

function systems(...stages: MadeStage[]): ScoredSystem[] {
  const [run] = subjectOf('', stages).runs;
  return run.stages
    .filter(({ type }) => type === 'bleu')
    .map((bleu) => {
      const [first] = Object.values(bleu.inputs);
      return { name: bleu.id, stage: { ...bleu, inputs: { model: first } } } as unknown as ScoredSystem;
    });
}

test('a search is all that the network came of but text, training what made the model; what is shared is counted once', () => {
  const found = systems(
    stage('preprocess', 'preprocess', 1000),
    made('supernet', 100, 'preprocess'),
    made('search-a', 10, 'preprocess', 'supernet'),
    made('search-b', 20, 'preprocess', 'supernet'),
    made('train-a', 3, 'preprocess', 'search-a', 'supernet'),
    made('train-b', 4, 'preprocess', 'search-b'),
    made('by-hand', 5, 'preprocess'),
    stage('bleu-a', 'bleu', 1, 'train-a'),
    stage('bleu-b', 'bleu', 1, 'train-b'),
    stage('bleu-c', 'bleu', 1, 'by-hand'),
  );
  expect(workShares(found)).toEqual([
    { search: 110, shared: 100, training: 3 },
    { search: 120, shared: 100, training: 4 },
    { search: 0, shared: 0, training: 5 },
  ]);
  expect(workOfAll(found)).toEqual({ search: 130, training: 12 });
});

test('what is not known of one stage is not known of the whole', () => {
  const found = systems(made('supernet', NaN), made('train', 3, 'supernet'), stage('bleu', 'bleu', 1, 'train'));
  expect(workShares(found)).toEqual([undefined]);
  expect(workOfAll(found)).toBeUndefined();
});
