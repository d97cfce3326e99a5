import { expect, test } from '@jest/globals';
import type { EngineUse, StageContext } from '../../src/runner/stage.ts';
import { startEngine } from '../../src/stage/engine.ts';
import type { EnginePurpose } from '../../src/tensor/engines/engine.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';
import { hasNative } from '../support/engines.ts';

/** Starts an engine; gives what the stage would tell of it. */
async function told(
  engine: string,
  cores: number,
  purpose?: EnginePurpose,
): Promise<{ used: EngineUse[]; log: string[] }> {
  const used: EngineUse[] = [];
  const log: string[] = [];
  const events = {
    progress: () => undefined,
    metric: () => undefined,
    log: (message: string) => void log.push(message),
    engine: (use: EngineUse) => void used.push(use),
  };
  await startEngine({ engine, cores, events } as unknown as StageContext, purpose);
  return { used, log };
}

(hasNative ? test : test.skip)(
  'the native engine tells its instruction set and as many threads as the stage has cores',
  async () => {
    for (const cores of [1, 3]) {
      const {
        used: [used],
        log,
      } = await told('native', cores);
      expect(used).toEqual({
        name: 'native',
        version: expect.stringMatching(new RegExp(`^${used.isa}-[0-9a-f]{12}$`)),
        isa: expect.any(String),
        threads: cores,
      });
      expect(log).toEqual([`engine native ${used.version}, threads: ${cores} (asked for)`]);
    }
  },
);

test('engines of one thread tell one, whatever the stage has', async () => {
  expect((await told('wasm', 4)).used).toEqual([
    { name: 'wasm', version: expect.any(String), isa: 'simd128', threads: 1 },
  ]);
  expect((await told('cpu', 4)).used).toEqual([{ name: 'cpu', version: expect.any(String), threads: 1 }]);
});

(hasNative ? test : test.skip)('the version told is that of what the stage does with the engine', async () => {
  const { versions } = await selectEngine('native', 1);
  expect(versions.training).not.toBe(versions.decoding);
  for (const purpose of ['training', 'decoding'] as const) {
    expect((await told('native', 1, purpose)).used).toMatchObject([{ version: versions[purpose] }]);
  }
  expect((await told('native', 1)).used).toMatchObject([{ version: versions.training }]);
});
