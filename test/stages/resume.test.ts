import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import finetune from '../../stages/finetune.ts';
import shrink from '../../stages/shrink.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { exploreParams, finetuneParams, Killed, StageBench, tinySpace, trainParams } from '../support/stage-bench.ts';

const bench = new StageBench();
afterEach(() => {
  jest.restoreAllMocks();
});

/** Runs a stage with a clock on which each update looks a minute long, so that each is saved. */
function run(
  stage: typeof trainSupernet | typeof finetune,
  params: object,
  inputs: Record<string, string>,
  progress: string,
  killAt?: number,
) {
  let now = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 7_000));
  const outputs = stage === finetune ? ['checkpoint', 'model', 'metrics'] : ['checkpoint', 'sampled', 'metrics'];
  return bench.run(stage as typeof finetune, params, inputs, outputs, {
    progress,
    ...(killAt === undefined ? {} : { killAt }),
  });
}

function content(outputs: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([output, name]) =>
      readdirSync(name)
        .sort()
        .map((file) => [`${output}/${file}`, readFileSync(path.join(name, file)).toString('base64')]),
    ),
  );
}

describe('a stage of training that is killed and started again', () => {
  const data = bench.corpus();
  const supernet = bench.folder();

  test('writes what an undisturbed one writes, byte for byte, wherever it was killed: the supernet', async () => {
    const whole = await run(trainSupernet, trainParams, { corpus: data }, bench.folder());
    cpSync(whole.checkpoint, supernet, { recursive: true });
    for (const kills of [[1], [11], [22], [5, 12, 13, 20], [23]]) {
      const progress = bench.folder();
      for (const killAt of kills)
        await expect(run(trainSupernet, trainParams, { corpus: data }, progress, killAt)).rejects.toThrow(Killed);
      const resumed = await run(trainSupernet, trainParams, { corpus: data }, progress);
      expect(content(resumed)).toEqual(content(whole));
    }
  });

  test('writes what an undisturbed one writes, byte for byte, wherever it was killed: fine-tuning and its averages', async () => {
    const subnet = bench.document('subnet', {
      architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
    });
    const inputs = { corpus: data, checkpoint: supernet, subnet };
    const whole = await run(finetune, finetuneParams, inputs, bench.folder());
    for (const kills of [[1], [9, 10], [22], [6, 15, 21]]) {
      const progress = bench.folder();
      for (const killAt of kills)
        await expect(run(finetune, finetuneParams, inputs, progress, killAt)).rejects.toThrow(Killed);
      const resumed = await run(finetune, finetuneParams, inputs, progress);
      expect(content(resumed)).toEqual(content(whole));
    }
  });

  test('goes on from its last save, and does not begin again', async () => {
    const progress = bench.folder();
    await expect(run(trainSupernet, trainParams, { corpus: data }, progress, 15)).rejects.toThrow(Killed);
    const saves = readdirSync(progress).filter((name) => name.startsWith('at-'));
    expect(saves).toHaveLength(1);
    expect(Number(saves[0].slice(3))).toBeGreaterThan(5);
  });

  test('of shrinking, evaluates no network twice', async () => {
    const { checkpoint, sampled } = await run(trainSupernet, trainParams, { corpus: data }, bench.folder());
    jest.restoreAllMocks();
    const shrunk = (options: { progress?: string; killAt?: number } = {}) =>
      bench.run(
        shrink,
        { ...exploreParams, arm: 'evolution' },
        { corpus: data, checkpoint, sampled },
        ['space', 'ranking'],
        options,
      );
    const progress = bench.folder();
    await expect(shrunk({ progress, killAt: 9 })).rejects.toThrow(Killed);
    expect(readFileSync(path.join(progress, 'losses.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(9);
    const resumed = await shrunk({ progress });
    const losses = readFileSync(path.join(progress, 'losses.jsonl'), 'utf8').trimEnd().split('\n');
    expect(losses).toHaveLength(bench.read(resumed.ranking, 'ranking').evaluations as number);
    expect(new Set(losses).size).toBe(losses.length);
    expect(content(resumed)).toEqual(content(await shrunk()));
  });
});
