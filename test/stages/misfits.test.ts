import { beforeAll, describe, expect, test } from '@jest/globals';
import finetune from '../../stages/finetune.ts';
import search from '../../stages/search.ts';
import shrink from '../../stages/shrink.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { countParameters } from '../../src/nas/counts.ts';
import { architectureOf, extremeGenes, parseGenes } from '../../src/nas/space.ts';
import { refusal } from '../support/refusal.ts';
import { exploreParams, finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const outputs = {
  train: ['checkpoint', 'sampled', 'metrics'],
  shrink: ['space', 'ranking'],
  search: ['subnet', 'ranking'],
  finetune: ['checkpoint', 'model', 'metrics'],
};
const data = bench.corpus();
const short = { ...trainParams, updates: 6 };
let supernet: Record<string, string>;

beforeAll(async () => {
  supernet = await bench.run(trainSupernet, short, { corpus: data }, outputs.train);
});

describe('artifacts that do not belong together are refused', () => {
  test('a corpus with other dictionaries', async () => {
    const other = bench.corpus({ letters: 'abcdefghijklmnopqrstuvwxyz' });
    const inputs = { corpus: other, checkpoint: supernet.checkpoint };
    const message = /has dictionaries of 16 and \d+ symbols, and the corpus of \d+ and \d+/;
    expect(await refusal(bench.run(trainSupernet, short, inputs, outputs.train))).toMatch(message);
    expect(
      await refusal(bench.run(search, exploreParams, { ...inputs, space: supernet.sampled }, outputs.search)),
    ).toMatch(message);
  });

  test('a sample space of another search space', async () => {
    const space = bench.document('sample-space', { space: { ...tinySpace, ratios: [1, 3] }, candidates: null });
    const inputs = { corpus: data, checkpoint: supernet.checkpoint };
    expect(await refusal(bench.run(trainSupernet, short, { ...inputs, space }, outputs.train))).toContain(
      'another search space',
    );
    expect(
      await refusal(bench.run(shrink, { ...exploreParams, arm: 'top' }, { ...inputs, sampled: space }, outputs.shrink)),
    ).toContain('another search space');
  });

  test('a subnet that the supernet does not hold', async () => {
    const wider = { ...tinySpace, widths: [8, 32] };
    const subnet = bench.document('subnet', { architecture: architectureOf(wider, extremeGenes(wider).largest) });
    expect(
      await refusal(
        bench.run(
          finetune,
          finetuneParams,
          { corpus: data, checkpoint: supernet.checkpoint, subnet },
          outputs.finetune,
        ),
      ),
    ).toMatch(/needs "encoder.embedding.weight" in shape \[16,32\], and the supernet has \[16,16\]/);
  });

  test('no update of a network that inherits nothing', async () => {
    const subnet = bench.document('subnet', {
      architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
      model: { norm: 'post', kernels: [3] },
    });
    const message = /^"updates": 0 gives the inherited weights as they are, and nothing is inherited/;
    expect(
      await refusal(bench.run(finetune, { ...finetuneParams, updates: 0 }, { corpus: data, subnet }, outputs.finetune)),
    ).toMatch(message);
    expect(
      await refusal(
        bench.run(
          finetune,
          { ...finetuneParams, updates: 0, inherit: false },
          { corpus: data, subnet, checkpoint: supernet.checkpoint },
          outputs.finetune,
        ),
      ),
    ).toMatch(message);
  });

  test('a corpus without validation, before anything is trained', async () => {
    expect(
      await refusal(bench.run(trainSupernet, short, { corpus: bench.corpus({ valid: 0 }) }, outputs.train)),
    ).toContain('no validation pairs');
  });
});

describe('a hard limit on parameters', () => {
  const layers = (model: object, genes: string) =>
    countParameters(
      model as Parameters<typeof countParameters>[0],
      architectureOf(tinySpace, parseGenes(tinySpace, genes)),
    ).layers;

  test('is kept by every subnet of a shrunk space', async () => {
    const { space } = await bench.run(
      shrink,
      { ...exploreParams, arm: 'evolution', limit: 5000 },
      { corpus: data, checkpoint: supernet.checkpoint, sampled: supernet.sampled },
      outputs.shrink,
    );
    const { model } = bench.read(supernet.checkpoint, 'checkpoint') as { model: object };
    const { candidates } = bench.read(space, 'sample-space') as { candidates: string[] };
    expect(candidates.length).toBeGreaterThan(3);
    for (const genes of candidates) expect(layers(model, genes)).toBeLessThanOrEqual(5000);
  });

  test('that nothing keeps is one clear message', async () => {
    const run = bench.run(
      shrink,
      { ...exploreParams, arm: 'evolution', limit: 10 },
      { corpus: data, checkpoint: supernet.checkpoint, sampled: supernet.sampled },
      outputs.shrink,
    );
    expect(await refusal(run)).toMatch(/None of \d+ candidates has at most 10 parameters/);
  });
});

describe('the arms of shrinking', () => {
  const shrunk = async (arm: string) => {
    const { space, ranking } = await bench.run(
      shrink,
      { ...exploreParams, population: 4, arm },
      { corpus: data, checkpoint: supernet.checkpoint, sampled: supernet.sampled },
      outputs.shrink,
    );
    return {
      candidates: bench.read(space, 'sample-space').candidates as string[] | null,
      ranking: bench.read(ranking, 'ranking'),
    };
  };

  test('naive keeps the whole space and evaluates nothing', async () => {
    expect(await shrunk('naive')).toMatchObject({ candidates: null, ranking: { evaluations: 0, candidates: [] } });
  });

  test('top keeps the best n of the sampled, evolution a population, reduction the share of its parents', async () => {
    const sampled = bench.read(supernet.sampled, 'sample-space').candidates as string[];
    const top = await shrunk('top');
    expect(top.candidates).toHaveLength(4);
    top.candidates!.forEach((genes) => expect(sampled).toContain(genes));
    const evolution = await shrunk('evolution');
    expect(evolution.candidates).toHaveLength(4);
    const reduction = await shrunk('reduction');
    expect(reduction.candidates).toEqual(evolution.candidates!.slice(0, 1));
  });
});
