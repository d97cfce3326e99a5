import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { StageError } from '../../src/runner/stage.ts';
import benchmark from '../../stages/benchmark.ts';
import { inventedTrainings } from '../benchmark/trainings.ts';
import { StageBench } from '../support/stage-bench.ts';

const bench = new StageBench();
const trainings = inventedTrainings(3, (network, seed) => ({ early: 4 - network, final: 3 + seed }));

function read(content: string) {
  const file = path.join(bench.folder(), 'data.json');
  writeFileSync(file, content);
  return bench.run(benchmark, { file }, {}, ['trainings']);
}

async function refusal(content: string): Promise<string> {
  const error: unknown = await read(content).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StageError);
  return (error as Error).message;
}

describe('a data file of trainings', () => {
  test('becomes an artifact as it is', async () => {
    const { trainings: folder } = await read(JSON.stringify(trainings));
    expect(bench.read(folder, 'trainings')).toEqual(trainings);
  });

  test.each<[string, string, RegExp]>([
    ['is no JSON', '{', /data\.json is no file of trainings: .*JSON/],
    [
      'lacks a field',
      JSON.stringify({ ...trainings, rows: undefined }),
      /the document must have required property 'rows'/,
    ],
    [
      'has a wrong value',
      JSON.stringify({ ...trainings, rows: [{ ...trainings.rows[0], final: 'low' }] }),
      /rows\.0\.final must be number\. Its form is that of schemas\/artifacts\/trainings\.schema\.json/,
    ],
    [
      'has an unknown operator, by a reference of the schema into another file',
      JSON.stringify({ ...trainings, space: { ...trainings.space, operators: ['magic'] } }),
      /space\.operators\.0 must be equal to one of the allowed values/,
    ],
    ['has an unknown field', JSON.stringify({ ...trainings, time: 1 }), /additional properties \("time"\)/],
    [
      'has genes of another space',
      JSON.stringify({ ...trainings, rows: [{ ...trainings.rows[0], genes: '01' }] }),
      /"01" are no genes of the trainings' space: Genes of 2 digits/,
    ],
    [
      'lacks a seed of a network',
      JSON.stringify({ ...trainings, rows: trainings.rows.slice(1) }),
      /does not have one row for each of the seeds/,
    ],
  ])('that %s is refused with its name and the place', async (_, content, message) => {
    expect(await refusal(content)).toMatch(message);
  });
});
