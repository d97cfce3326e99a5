import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SavedMeasurements } from '../../src/exploration/saved-measurements.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-measurements-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('measurements that outlive interruptions', () => {
  test('are all there but those whose line was cut off, however often and wherever the writing was interrupted', () => {
    let files = 0;
    const session = fc.record({
      values: fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(NaN)), {
        maxLength: 4,
      }),
      lost: fc.nat(30),
    });
    fc.assert(
      fc.property(fc.array(session, { maxLength: 5 }), (sessions) => {
        const file = path.join(folder, `${files++}.jsonl`);
        let names = 0;
        for (const { values, lost } of sessions) {
          const saved = new SavedMeasurements(file);
          const written = values.map((value) => [`netz ü ${names++}`, value] as const);
          written.forEach(([name, value]) => saved.set(name, value));
          if (values.length === 0) continue;
          const bytes = readFileSync(file);
          const kept = bytes.subarray(0, Math.max(0, bytes.length - lost));
          writeFileSync(file, kept);
          const again = new SavedMeasurements(file);
          const complete = kept.toString().split('\n').slice(0, -1);
          for (const [name, value] of written) {
            const expected = complete.some((line) => line.startsWith(JSON.stringify([name]).slice(0, -1) + ','))
              ? value
              : undefined;
            expect(again.get(name)).toBe(expected);
          }
          // What follows is complete again.
          again.set('next', 1);
          expect(new SavedMeasurements(file).get('next')).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
