import { beforeAll, describe, expect, test } from '@jest/globals';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { architectureOf, enlarged, extremeGenes, formatGenes, parseGenes } from '../../src/nas/space.ts';
import { SubnetSampler } from '../../src/nas/subnet-sampling.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { RandomStream } from '../../src/tensor/random.ts';
import { finetuneParams, Killed, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
const outputs = { train: ['checkpoint', 'sampled', 'metrics'], finetune: ['checkpoint', 'model', 'metrics'] };
const remedies = {
  unshared: { unshared: ['targets', 'norms'] },
  cornerCounts: { cornerCounts: true },
  teacher: { teacher: 'largest' },
};
const train = (params: object, checkpoint?: string) =>
  bench.run(
    trainSupernet,
    { ...trainParams, updates: 8, ...params },
    { corpus: data, ...(checkpoint && { checkpoint }) },
    outputs.train,
  );
const weightsOf = (folder: string) => {
  const { weights, moments, counts } = readCheckpoint(folder).state.parameters.toHost();
  const arrays = [weights, moments.first, moments.second].map(({ entries }) =>
    Object.fromEntries([...entries].map(([name, { data: values }]) => [name, values])),
  );
  return { arrays, counts: counts?.toJSON() };
};

beforeAll(async () => {
  await selectEngine('wasm');
});

describe.each(Object.entries(remedies))('a supernet trained with %s', (name, remedy) => {
  test('goes on in a second round, and after a kill, as if it had never stopped', async () => {
    const whole = weightsOf((await train(remedy)).checkpoint);
    const first = await train({ ...remedy, updates: 4 });
    expect(weightsOf((await train({ ...remedy, updates: 4 }, first.checkpoint)).checkpoint)).toEqual(whole);
    const progress = bench.folder();
    const inputs = { corpus: data };
    const run = (options: object) =>
      bench.run(trainSupernet, { ...trainParams, updates: 8, ...remedy }, inputs, outputs.train, {
        progress,
        ...options,
      });
    await expect(run({ killAt: 5 })).rejects.toThrow(Killed);
    expect(weightsOf((await run({})).checkpoint)).toEqual(whole);
  });

  test('is another than one trained without', async () => {
    expect(weightsOf((await train(remedy)).checkpoint)).not.toEqual(weightsOf((await train({})).checkpoint));
  });

  test('gives its weights to a network of its own, whose loss with them is the same', async () => {
    const { checkpoint } = await train(remedy);
    const { genes } = { genes: extremeGenes(tinySpace).smallest };
    const subnet = bench.document('subnet', { architecture: architectureOf(tinySpace, genes) });
    const params = { ...finetuneParams, updates: 0 };
    const tuned = await bench.run(finetune, params, { corpus: data, checkpoint, subnet }, outputs.finetune);
    const { document } = readCheckpoint(tuned.checkpoint);
    expect(document.model).not.toHaveProperty('unshared');
    expect(document.training).not.toHaveProperty('cornerCounts');
    const validation = bench.read(tuned.metrics, 'metrics').values as { before: number };
    const [, smallest] = (
      bench.read((await train(remedy)).metrics, 'metrics').series as Record<string, [number, number][]>
    ).smallest.at(-1)!;
    // Both stages draw the same sentences here.
    expect(validation.before).toBeCloseTo(smallest, 6);
  });

  if (name !== 'teacher') {
    test('is refused where a round before it was not', async () => {
      const { checkpoint } = await train({ updates: 1 });
      await expect(train(remedy, checkpoint)).rejects.toThrow(`The checkpoint was trained with "${name}"`);
    });
  }
});

test('with the largest as teacher each drawn subnet follows its own operators at their largest sizes', async () => {
  const { sampled } = await train({ ...remedies.teacher, updates: 6 });
  const candidates = (bench.read(sampled, 'sample-space').candidates as { genes: string }[] | string[]).map(
    (candidate) => (typeof candidate === 'string' ? candidate : candidate.genes),
  );
  const stream = (...name: (string | number)[]) => new RandomStream(1, 'stage', ...name);
  const sampler = new SubnetSampler({ samples: { space: tinySpace }, operators: 'uniform', stream });
  const expected = [1, 2, 3].flatMap((turn) => [enlarged(tinySpace, sampler.subnet(turn)), sampler.subnet(turn)]);
  expect(candidates).toEqual([...new Set(expected.map(formatGenes))]);
  for (const genes of candidates.map((text) => parseGenes(tinySpace, text)).filter((_, i) => i % 2 === 0)) {
    const { encoder, decoder } = architectureOf(tinySpace, genes);
    expect([encoder.width, decoder.width, decoder.layers.length]).toEqual([16, 16, 2]);
    for (const { heads, inner } of [...encoder.layers, ...decoder.layers]) expect([heads, inner]).toEqual([4, 32]);
  }
});
