import { beforeAll, describe, expect, test } from '@jest/globals';
import { readListed } from '../../src/choosing/listed.ts';
import { architectureOf, networkKey, parseGenes, type Space } from '../../src/nas/space.ts';
import rankByPredictor from '../../stages/rank-by-predictor.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { exploreParams, Killed, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const corpus = bench.corpus();
const space: Space = { ...tinySpace, activations: ['relu', 'swish'] };
const params = {
  ...exploreParams,
  labels: 90,
  objective: 'pairwise',
  features: 'mixed',
  propose: 'random',
  candidates: 150,
  keep: 12,
};
let inputs: Record<string, string>;
beforeAll(async () => {
  const { checkpoint, sampled } = await bench.run(trainSupernet, { ...trainParams, space, updates: 16 }, { corpus }, [
    'checkpoint',
    'sampled',
    'metrics',
  ]);
  const whole = bench.document('sample-space', { summary: '', space, candidates: null });
  inputs = { corpus, checkpoint, space: whole, sampled };
});

async function rank(changes: object = {}, options: { progress?: string; killAt?: number } = {}) {
  const lines: string[] = [];
  const { ranking, subnet } = await bench.run(
    rankByPredictor,
    { ...params, ...changes },
    inputs,
    ['ranking', 'subnet'],
    {
      ...options,
      log: (line: string) => void lines.push(line),
    },
  );
  const document = bench.read(ranking, 'ranking') as {
    evaluations: number;
    candidates: { genes: string; score: number; parameters: number }[];
  };
  return { ranking, document, lines, best: bench.read(subnet, 'subnet') };
}

describe('the stage that ranks by a predictor', () => {
  test('evaluates what it learns from, and gives the best of many more to be chosen from', async () => {
    const { ranking, document, lines, best } = await rank();
    expect(document.evaluations).toBeLessThanOrEqual(params.labels);
    expect(document.candidates).toHaveLength(params.keep);
    const networks = document.candidates.map(({ genes }) =>
      networkKey(architectureOf(space, parseGenes(space, genes))),
    );
    expect(new Set(networks).size).toBe(params.keep);
    expect(best).toMatchObject({ genes: document.candidates[0].genes, loss: expect.any(Number) });
    const scores = document.candidates.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(readListed(space, { ranking })).toHaveLength(params.keep);
    expect(lines).toContainEqual(expect.stringMatching(/orders 9 networks .* Kendall's τ -?\d\.\d{3}$/));
  });

  test('keeps limits, and breeds candidates if it is told to', async () => {
    const limit = 5000;
    const { document } = await rank({ limit, propose: 'bred', candidates: 1000, keep: 5 });
    expect(document.candidates).toHaveLength(5);
    document.candidates.forEach(({ parameters }) => expect(parameters).toBeLessThanOrEqual(limit));
  });

  test('comes to the same after an interruption', async () => {
    const progress = bench.folder();
    await expect(rank({}, { progress, killAt: 15 })).rejects.toThrow(Killed);
    expect((await rank({}, { progress })).document).toEqual((await rank()).document);
  });
});
