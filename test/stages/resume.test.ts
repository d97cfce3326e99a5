import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import finetune from '../../stages/finetune.ts';
import shrink from '../../stages/shrink.ts';
import trainSupernet from '../../stages/train-supernet.ts';
import { architectureOf, extremeGenes } from '../../src/nas/space.ts';
import { StoppedError } from '../../src/runner/stage.ts';
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

  const subnet = bench.document('subnet', {
    architecture: architectureOf(tinySpace, extremeGenes(tinySpace).smallest),
  });
  const tuning = () => [finetune, finetuneParams, { corpus: data, checkpoint: supernet, subnet }] as const;

  test('that is asked to stop ends with the update at hand, saves it, and loses none', async () => {
    const whole = await run(...tuning(), bench.folder());
    for (const stopAt of [1, 8, 22]) {
      const progress = bench.folder();
      const stopped = bench.run(...tuning(), ['checkpoint', 'model', 'metrics'], { progress, stopAt });
      await expect(stopped).rejects.toThrow(StoppedError);
      expect(readdirSync(progress)).toContain(`at-${23 + stopAt}`);
      const said: string[] = [];
      const log = (message: string) => void said.push(message);
      const resumed = await bench.run(...tuning(), ['checkpoint', 'model', 'metrics'], { progress, log });
      expect(said).toContain(`resuming after ${stopAt} of 23 updates`);
      expect(content(resumed)).toEqual(content(whole));
    }
  });

  describe('finds progress damaged', () => {
    let whole: Record<string, string>;
    let killed: string;
    beforeAll(async () => {
      whole = await run(...tuning(), bench.folder());
      killed = bench.folder();
      await expect(run(...tuning(), killed, 18)).rejects.toThrow(Killed);
    });
    const damages: Record<string, (file: string) => void> = {
      'a flipped bit': (file) => {
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1] ^= 4;
        writeFileSync(file, bytes);
      },
      'its second half lost': (file) => truncateSync(file, readFileSync(file).length >> 1),
      'nothing in it': (file) => truncateSync(file),
      'not there': (file) => rmSync(file),
      'a folder in its place': (file) => {
        rmSync(file);
        mkdirSync(file);
      },
      'null in its place': (file) => writeFileSync(file, 'null'),
      'an empty object in its place': (file) => writeFileSync(file, '{}'),
    };

    test.each(Object.entries(damages))(
      '%s: says so, goes on from before, and ends with the same bytes',
      async (_, damage) => {
        const files = readdirSync(killed, { recursive: true, encoding: 'utf8' });
        const [newest] = files
          .filter((name) => /^at-\d+$/.test(name))
          .sort()
          .reverse();
        const damaged = files.filter((name) => name.startsWith(`${newest}/`) || /^epochs\/\d+\/./.test(name));
        expect(damaged.length).toBeGreaterThan(7);
        const curve = JSON.parse(readFileSync(path.join(killed, newest, 'curve.json'), 'utf8')) as { epochs: number[] };
        const needed = curve.epochs;
        expect(needed).toHaveLength(2);
        for (const file of damaged) {
          const progress = bench.folder();
          cpSync(killed, progress, { recursive: true });
          damage(path.join(progress, file));
          const said: string[] = [];
          const log = (message: string, level?: string) => level === 'warning' && void said.push(message);
          const outputs = ['checkpoint', 'model', 'metrics'];
          const resumed = await bench.run(...tuning(), outputs, { progress, log });
          expect({ file, content: content(resumed) }).toEqual({ file, content: content(whole) });
          const isNeeded = file.startsWith('at-') || needed.includes(Number(file.split('/')[1]));
          expect({ file, said: said.join() }).toEqual({
            file,
            said: isNeeded ? expect.stringContaining('damaged') : '',
          });
        }
      },
    );
  });

  test('goes on from its last save, and does not begin again', async () => {
    const progress = bench.folder();
    await expect(run(trainSupernet, trainParams, { corpus: data }, progress, 15)).rejects.toThrow(Killed);
    const saves = readdirSync(progress).filter((name) => name.startsWith('at-'));
    expect(saves).toHaveLength(2);
    expect(Math.max(...saves.map((name) => Number(name.slice(3))))).toBeGreaterThan(5);
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
