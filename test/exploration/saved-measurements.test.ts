import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventSink } from '../../src/runner/stage.ts';
import { SavedMeasurements } from '../../src/exploration/saved-measurements.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'shrinknas-measurements-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A sink that must not be told of damage. */
const silent: EventSink = {
  progress: () => undefined,
  metric: () => undefined,
  log: (message) => {
    throw new Error(message);
  },
  engine: () => undefined,
};

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
          const saved = new SavedMeasurements(file, silent);
          const written = values.map((value) => [`netz ü ${names++}`, value] as const);
          written.forEach(([name, value]) => saved.set(name, value));
          if (values.length === 0) continue;
          const bytes = readFileSync(file);
          const kept = bytes.subarray(0, Math.max(0, bytes.length - lost));
          writeFileSync(file, kept);
          const again = new SavedMeasurements(file, silent);
          const complete = kept.toString().split('\n').slice(0, -1);
          for (const [name, value] of written) {
            const expected = complete.some((line) =>
              line.slice(9).startsWith(JSON.stringify([name]).slice(0, -1) + ','),
            )
              ? value
              : undefined;
            expect(again.get(name)).toBe(expected);
          }
          // What follows is complete again.
          again.set('next', 1);
          expect(new SavedMeasurements(file, silent).get('next')).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are measured again, and said, where a bit of their line is another', () => {
    const names = ['a', 'b', 'c'];
    for (let bit = 0; ; bit++) {
      const file = path.join(folder, `flipped-${bit}.jsonl`);
      const saved = new SavedMeasurements(file, silent);
      names.forEach((name, i) => saved.set(name, i + 0.5));
      const bytes = readFileSync(file);
      if (bit === 8 * bytes.length) break;
      bytes[bit >> 3] ^= 1 << (bit & 7);
      writeFileSync(file, bytes);
      const said: string[] = [];
      const again = new SavedMeasurements(file, { ...silent, log: (message) => void said.push(message) });
      const lost = names.filter((name, i) => again.get(name) !== i + 0.5);
      expect(lost.every((name) => again.get(name) === undefined)).toBe(true);
      expect(lost.length).toBeGreaterThan(0);
      // The last line end may become part of a line that was cut off.
      if (bit < 8 * (bytes.length - 1)) expect(said.join()).toContain('are damaged and measured again');
      lost.forEach((name) => again.set(name, names.indexOf(name) + 0.5));
      const healed = new SavedMeasurements(file, silent);
      names.forEach((name, i) => expect(healed.get(name)).toBe(i + 0.5));
    }
  });
});
