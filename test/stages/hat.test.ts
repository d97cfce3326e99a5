import { describe, expect, test } from '@jest/globals';
import { readCheckpoint } from '../../src/artifacts/checkpoint.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import finetune from '../../stages/finetune.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { finetuneParams, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

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
