import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distanceBetween, KnownTimes } from '../../../src/runner/plan/estimate.ts';
import type { JsonObject } from '../../../src/runner/stage.ts';
import type { KeyRecord } from '../../../src/runner/records.ts';

const record = (type: string, params: JsonObject, seconds: number, finished = '2026-01-01') =>
  ({
    key: `${type} ${seconds}`,
    fields: { type, params },
    provenance: { run: 'r', stage: `s${seconds}`, seconds, finished },
  }) as unknown as KeyRecord;

test('a stage takes as long as that of its type with the nearest parameters, of equals the newest', () => {
  const times = new KnownTimes(() => [
    record('train', { updates: 100, norm: 'post' }, 10),
    record('train', { updates: 1000, norm: 'post' }, 90),
    record('train', { updates: 1000, norm: 'post' }, 95, '2026-02-01'),
    record('search', { updates: 900, norm: 'post' }, 5),
  ]);
  expect(times.nearest('train', { updates: 800, norm: 'post' })).toMatchObject({
    estimate: 95,
    like: { stage: 's95' },
  });
  expect(times.nearest('train', { updates: 120, norm: 'post' })).toMatchObject({ estimate: 10 });
  expect(times.nearest('bleu', {})).toEqual({});
});

test('settings are as far apart one way as the other, and not at all from themselves', () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(distanceBetween(a as JsonObject, a as JsonObject)).toBe(0);
      const [there, back] = [
        distanceBetween(a as JsonObject, b as JsonObject),
        distanceBetween(b as JsonObject, a as JsonObject),
      ];
      expect(there).toBeCloseTo(back);
      expect(there).toBeGreaterThanOrEqual(0);
    }),
  );
});
