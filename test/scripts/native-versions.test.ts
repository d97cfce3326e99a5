import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasNative } from '../support/engines.ts';
import { copyNativeSources, nativeUses, type NativeSources } from '../support/native-sources.ts';

/** A function that the library gets besides. */
const more = (name: string) => `\nint ${name}(void);\nint ${name}(void) { return 1; }\n`;

(hasNative ? describe : describe.skip)('versions of the compiled engine', () => {
  let sources: NativeSources;
  beforeAll(() => {
    sources = copyNativeSources();
    sources.build();
  });
  afterAll(() => sources.remove());

  test('are named by the instruction set, differ, and are the same wherever it is compiled', () => {
    const elsewhere = copyNativeSources();
    try {
      elsewhere.build();
      expect(elsewhere.versions()).toEqual(sources.versions());
      const { training, decoding } = sources.versions();
      for (const version of [training, decoding]) expect(version).toMatch(/^portable-[0-9a-f]{12}$/);
      expect(training).not.toBe(decoding);
    } finally {
      elsewhere.remove();
    }
  });

  test.each([
    ['top.c', more('sn_more_top'), ['decoding']],
    ['adam.c', more('sn_more_adam'), ['training']],
    ['elementwise.c', more('sn_more_elements'), ['training', 'decoding']],
    ['library.c', more('sn_more_library'), []],
    ['new.c', more('sn_new'), ['training', 'decoding']],
    ['elementwise.c', '\n/* A comment. */\n', []],
  ])('with %s changed by %j change for %j', (source, text, expected) => {
    const before = sources.versions();
    sources.append(source, text);
    sources.build();
    const after = sources.versions();
    const changed = (['training', 'decoding'] as const).filter((purpose) => after[purpose] !== before[purpose]);
    expect(changed).toEqual(expected);
  });

  test('are those of the library itself where what was written beside it is of another, or cannot be read', () => {
    const before = sources.versions();
    const [library, digests] = [sources.library, `${sources.library}.json`].map((file) => readFileSync(file));
    appendFileSync(sources.library, 'another');
    const replaced = sources.versions();
    expect(replaced.training).toBe(replaced.decoding);
    expect([before.training, before.decoding]).not.toContain(replaced.training);
    for (const text of ['', '{}', 'null', '{ "library": 1 }']) {
      writeFileSync(`${sources.library}.json`, text);
      expect(sources.versions()).toEqual(replaced);
    }
    writeFileSync(sources.library, library);
    writeFileSync(`${sources.library}.json`, digests);
    expect(sources.versions()).toEqual(before);
  });

  test('leave nothing but libraries and digests behind', () => {
    const library = path.basename(sources.library);
    expect(readdirSync(sources.compiled).sort()).toEqual([library, `${library}.json`]);
  });
});

test('what sources serve is said of sources that exist, by the names of the purposes', () => {
  for (const [source, purposes] of Object.entries(nativeUses)) {
    expect({ source, exists: existsSync(path.join('native', source)) }).toEqual({ source, exists: true });
    for (const purpose of purposes) expect(['training', 'decoding']).toContain(purpose);
  }
});
