import { describe, expect, test } from '@jest/globals';
import { readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { architectureOf, extremeGenes, type Space } from '../../src/nas/space.ts';
import finetune from '../../stages/finetune.ts';
import search from '../../stages/search.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { exploreParams, finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
const data = bench.corpus();
const habits = { dropoutWidth: 16, unscaledEncoderMixing: true, positionsWidth: 16, stackedAttention: true };

const train = (params: object, inputs = {}) => {
  const given = { ...trainParams, updates: 1, ...params };
  return bench.run(trainSupernet, given, { corpus: data, ...inputs }, ['checkpoint', 'sampled', 'metrics']);
};
const tune = (params: object, inputs: Record<string, string>) => {
  const given = { ...finetuneParams, updates: 1, ...params };
  return bench.run(finetune, given, { corpus: data, ...inputs }, ['checkpoint', 'model', 'metrics']);
};

describe("a supernet with HAT's habits", () => {
  test('has all of them by the preset, each by its name, and none otherwise', async () => {
    const modelOf = async (params: object) => readCheckpoint((await train(params)).checkpoint).document.model;
    const named = { scaledDropout: true, unscaledEncoderMixing: true, slicedPositions: true, stackedAttention: true };
    const plain = await modelOf({});
    for (const habit of Object.keys(habits)) expect(plain).not.toHaveProperty(habit);
    expect(await modelOf({ preset: 'hat' })).toEqual({ ...plain, ...habits });
    expect(await modelOf(named)).toEqual({ ...plain, ...habits });
    expect(await modelOf({ slicedPositions: true })).toEqual({ ...plain, positionsWidth: 16 });
  });

  test('hands them on to a network that is trained from scratch on its terms', async () => {
    const { checkpoint } = await train({ preset: 'hat' });
    const architecture = architectureOf(tinySpace, extremeGenes(tinySpace).smallest);
    const subnet = bench.document('subnet', { architecture });
    const alone = await tune({ inherit: false }, { checkpoint, subnet });
    expect(readCheckpoint(alone.checkpoint).document.model).toMatchObject(habits);
  });

  test('does not go on with positions of another kind', async () => {
    const { checkpoint } = await train({ preset: 'hat' });
    await expect(train({ scaledDropout: true }, { checkpoint })).rejects.toMatchObject({
      name: 'StageError',
      message: expect.stringContaining('trained with "slicedPositions" true, and this stage has false'),
    });
  });
});

test("a space of HAT's kind is trained, searched as HAT does, and its best network goes on with its corner and from scratch", async () => {
  // Neither width divides into three heads; query, key and value do.
  const space: Space = {
    ...tinySpace,
    operators: ['attention'],
    inners: [20, 12],
    attentionWidth: 24,
    heads: [3, 4],
    crossHeads: [3, 8],
  };
  const { checkpoint } = await train({ preset: 'hat', space, updates: 6 });
  const found = await bench.run(
    search,
    { ...exploreParams, strategy: 'hat', population: 10, iterations: 3 },
    { corpus: data, checkpoint },
    ['subnet', 'ranking'],
  );
  const { architecture, loss } = bench.read(found.subnet, 'subnet') as {
    architecture: ReturnType<typeof architectureOf>;
    loss: number;
  };
  expect(architecture.attentionWidth).toBe(24);
  expect(architecture.decoder.layers.every(({ inner }) => [20, 12].includes(inner))).toBe(true);
  const inherited = await tune({}, { checkpoint, subnet: found.subnet });
  const { values } = bench.read(inherited.metrics, 'metrics') as { values: Record<string, number> };
  expect(values.inherited).toBeCloseTo(loss, 10);
  for (const inherit of [true, false]) {
    const tuned = await tune({ inherit }, { checkpoint, subnet: found.subnet });
    const { parameters } = readCheckpoint(tuned.checkpoint).state;
    const { shape } = parameters.get('decoder.layers.0.cross.key.weight');
    expect(shape).toEqual([24, architecture.encoder.width]);
  }
});
