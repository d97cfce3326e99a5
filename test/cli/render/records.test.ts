import { expect, test } from '@jest/globals';
import { drawArtifact, drawRun } from '../../../src/cli/render/records.ts';
import type { EngineUse } from '../../../src/runner/stage.ts';
import type { KeyRecord, RunRecord, RunStage } from '../../../src/runner/records.ts';
import type { Digest, Key } from '../../../src/runner/types.ts';

const plain = (_: string, text: string) => text;
const environment = {
  git: null,
  versions: { shrinknas: '1.0.0', node: '20.0.0' },
  host: { name: 'host', platform: 'linux x64', cpu: 'a processor', cores: 4 },
  started: '2026-01-01T00:00:00.000Z',
  finished: '2026-01-01T00:01:00.000Z',
};
const native: EngineUse = { name: 'native', version: 'avx512-abc', isa: 'avx512', threads: 4 };

const engineLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('engine'))
    .map((line) => line.replace(/^engine +/, ''));

function run(engines: (EngineUse | undefined)[]): RunRecord {
  const stages = engines.map((engine, i): RunStage => ({
    id: `stage${i}`,
    stage: `stage${i}`,
    type: 'toy',
    outcome: 'ran',
    outputs: {},
    codeFiles: {},
    seconds: 1,
    ...(engine ? { engine } : {}),
  }));
  return {
    id: 'run',
    pipeline: 'toy',
    file: 'toy.json5',
    seed: 1,
    params: {},
    overrides: [],
    status: 'succeeded',
    stages,
    ...environment,
  };
}

function artifact(engine: EngineUse | undefined) {
  const record: KeyRecord = {
    key: 'key' as Key,
    fields: {
      format: 1,
      type: 'toy',
      code: 'code' as Digest,
      packages: {},
      params: {},
      inputs: {},
      engine: { name: 'native', version: 'avx512-abc' },
    },
    outputs: {},
    provenance: {
      run: 'run',
      stage: 'stage',
      pipeline: 'toy',
      codeFiles: {},
      seconds: 60,
      peakMemoryBytes: 1e6,
      ...environment,
      ...(engine ? { engine } : {}),
    },
  };
  return drawArtifact(
    {
      artifact: 'number',
      digest: 'digest' as Digest,
      bytes: 1,
      folder: '/store',
      intact: true,
      summary: undefined,
      made: [{ output: 'number', ...record }],
    },
    plain,
  );
}

const draw = (record: RunRecord) => drawRun(record, () => undefined, plain);

test('a run shows each engine that its stages computed with once, with instruction set and threads', () => {
  expect(
    engineLines(
      draw(run([undefined, native, native, { ...native, threads: 1 }, { name: 'tensorflow', version: '4.22.0' }])),
    ),
  ).toEqual(['native avx512-abc, avx512, 4 threads', 'native avx512-abc, avx512, 1 thread', 'tensorflow 4.22.0']);
});

test('a run shows what each execution took, and what went wrong in those before the last', () => {
  const record = run([undefined]);
  const started = environment.started;
  record.stages[0].attempts = [
    { outcome: 'failed', started, seconds: 90, cpuSeconds: 170, peakMemoryBytes: 3e8, error: 'no luck' },
    { outcome: 'ran', started, seconds: 60, cpuSeconds: 110, peakMemoryBytes: 2e8, readBytes: 5e6, writtenBytes: 1000 },
  ];
  const lines = draw(record).trimEnd().split('\n').slice(-2);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['stage0, try 1', 'failed in 1m 30s', '2m 50s of processors, 300 MB of memory', 'no luck'],
    ['stage0, try 2', 'ran in 1m 0s', '1m 50s of processors, 200 MB of memory, 5.0 MB read, 1.0 kB written'],
  ]);
});

test('a run of stages that do not compute shows no engine', () => {
  expect(engineLines(draw(run([undefined])))).toEqual([]);
});

test('an artifact shows the engine that made it, by its key alone where no more was recorded', () => {
  expect(engineLines(artifact(native))).toEqual(['native avx512-abc, avx512, 4 threads']);
  expect(engineLines(artifact(undefined))).toEqual(['native avx512-abc']);
});
