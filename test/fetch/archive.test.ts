import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kindOf } from '../../src/fetch/archive/kind.ts';
import { unpack } from '../../src/fetch/archive/unpack.ts';
import { FetchError } from '../../src/fetch/error.ts';
import {
  noise,
  pax,
  readTree,
  sha256,
  tar,
  temporaryFile,
  temporaryFolder,
  temporaryWriter,
  writeTree,
  zip,
} from './support.ts';
import type { TarMember, ZipMember } from './support.ts';

type WriterOptions = Parameters<typeof temporaryWriter>[0];

async function unpackBytes(bytes: Uint8Array, name: string, options?: WriterOptions) {
  const { writer, folder, around } = await temporaryWriter(options);
  await unpack(await temporaryFile('download', bytes), name, writer);
  return { records: writer.finish(), files: await readTree(folder), around };
}

const PAIR = { 'train.de': 'Guten Tag\nWie geht es?\n', 'train.en': 'Good day\nHow are you?\n' };
const PAIR_MEMBERS = Object.entries(PAIR).map(([name, content]) => ({ name, content }));

/** Python packs a zip archive of its own; a machine may be without it. */
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('what a file is', () => {
  test.each([
    ['tar', tar(PAIR_MEMBERS)],
    ['tar.gz', gzipSync(tar(PAIR_MEMBERS))],
    ['zip', zip(PAIR_MEMBERS)],
    ['gzip', gzipSync('Guten Tag\n')],
    ['plain', Buffer.from('Guten Tag\n')],
    ['plain', Buffer.alloc(0)],
  ])('a %s file is known by its content alone', async (kind, bytes) => {
    expect(await kindOf(await temporaryFile('download', bytes), 'download')).toBe(kind);
  });

  test('an error page that is called an archive is not taken for data', async () => {
    const page = await temporaryFile('x', '<!DOCTYPE html><html>Not found</html>');
    await expect(kindOf(page, 'corpus.tgz')).rejects.toThrow(/corpus\.tgz is not a \.tgz file.*web page/);
  });

  test('a packing that is not supported is named', async () => {
    const path = await temporaryFile('x', Buffer.from('fd377a585a000004', 'hex'));
    await expect(kindOf(path, 'corpus.tar.xz')).rejects.toThrow(/packed by xz/);
  });
});

describe('tar', () => {
  test('an archive of the tar command unpacks to the files that went in', async () => {
    const folder = await temporaryFolder();
    const files = {
      'de-en/train.de': noise(5000).toString('base64'),
      [`${'d'.repeat(90)}/${'f'.repeat(120)}`]: 'long name\n',
      'leer': '',
    };
    await writeTree(folder, files);
    for (const format of ['gnu', 'pax', 'ustar', 'v7']) {
      const members = format === 'ustar' || format === 'v7' ? ['de-en', 'leer'] : ['.'];
      const bytes = execFileSync('tar', [`--format=${format}`, '-czf', '-', ...members], { cwd: folder });
      const { files: unpacked, records } = await unpackBytes(bytes, 'x.tgz');
      const packed = Object.entries(files).filter(([name]) => members[0] === '.' || !name.startsWith('ddd'));
      expect(unpacked).toEqual(Object.fromEntries(packed));
      expect(records).toContainEqual({
        path: 'de-en/train.de',
        bytes: files['de-en/train.de'].length,
        sha256: sha256(files['de-en/train.de']),
      });
    }
  });

  test('only included files are written, hidden ones never', async () => {
    const members = [
      { name: './', type: '5' },
      ...PAIR_MEMBERS,
      { name: '._train.de', content: 'x' },
      { name: 'notes/README', content: 'x' },
    ];
    expect((await unpackBytes(tar(members), 'x.tar', { include: ['train.*'] })).files).toEqual(PAIR);
    expect(Object.keys((await unpackBytes(tar(members), 'x.tar')).files).sort()).toEqual([
      'notes/README',
      'train.de',
      'train.en',
    ]);
  });

  test('an archive within an archive stays as it is', async () => {
    const inner = tar(PAIR_MEMBERS);
    const { records } = await unpackBytes(tar([{ name: 'inner.tar', content: inner }]), 'x.tar');
    expect(records).toEqual([{ path: 'inner.tar', bytes: inner.length, sha256: sha256(inner) }]);
  });

  const refused: [string, TarMember[], RegExp][] = [
    [
      'a symbolic link',
      [{ name: 'a', type: '2', link: '/etc/passwd' }],
      /"a": it is a symbolic link to "\/etc\/passwd"/,
    ],
    ['a hard link', [{ name: 'a', type: '1', link: '../x' }], /hard link/],
    ['a device', [{ name: 'a', type: '3' }], /device/],
    ['a pipe', [{ name: 'a', type: '6' }], /pipe/],
    ['an old GNU sparse file', [{ name: 'a', type: 'S' }], /unknown type/],
    [
      'a pax sparse file',
      [{ name: 'x', type: 'x', content: pax({ 'GNU.sparse.major': '1' }) }, { name: 'a' }],
      /sparse/,
    ],
    ['a path that leads out', [{ name: '../a' }], /leads out/],
    ['a folder that leads out', [{ name: '../a/', type: '5' }], /leads out/],
    [
      'a GNU long name that leads out',
      [{ name: 'l', type: 'L', content: `${'a/'.repeat(60)}../../x\0` }, { name: 'a' }],
      /leads out/,
    ],
    [
      'a pax path that is absolute',
      [{ name: 'x', type: 'x', content: pax({ path: '/etc/x' }) }, { name: 'a' }],
      /absolute/,
    ],
    ['the same name twice', [{ name: 'a' }, { name: './a' }], /two members/],
    ['names that differ in case', [{ name: 'Train.de' }, { name: 'train.DE' }], /two members/],
    ['names that differ in Unicode form', [{ name: '\u00e4' }, { name: 'a\u0308' }], /two members/],
    ['a file below a file', [{ name: 'a' }, { name: 'A/b' }], /is a file, not a folder/],
    ['a file where a folder is', [{ name: 'a/b' }, { name: 'a' }], /two members/],
    ['an old folder with content', [{ name: 'a/', content: 'x', magic: '' }], /folder with content/],
  ];
  test.each(refused)('%s is refused', async (_, members, message) => {
    const attempt = unpackBytes(tar([{ name: 'first', content: 'x' }, ...members]), 'x.tar');
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(FetchError);
  });

  test('wherever it is cut, it is noticed and the last member named', async () => {
    const whole = tar(PAIR_MEMBERS);
    for (let length = 513; length <= whole.length - 1024; length += 101) {
      await expect(unpackBytes(whole.subarray(0, length), 'x.tar')).rejects.toThrow(/cut short.*"train\./);
    }
    await expect(unpackBytes(tar(PAIR_MEMBERS, { end: false }), 'x.tar')).rejects.toThrow(
      /after its member "train.en": the end mark is missing/,
    );
    const packed = gzipSync(whole);
    for (let length = 30; length < packed.length; length += 13) {
      await expect(unpackBytes(packed.subarray(0, length), 'x.tar.gz')).rejects.toThrow(FetchError);
    }
  });

  test('a damaged header or a damaged compressed stream is an error that says so', async () => {
    const damaged = tar(PAIR_MEMBERS);
    damaged[1024 + 5] ^= 1;
    await expect(unpackBytes(damaged, 'x.tar')).rejects.toThrow(/damaged in or after its member "train.de"/);
    const packed = gzipSync(tar([{ name: 'a', content: noise(10_000) }]));
    packed[5000] ^= 0x10;
    await expect(unpackBytes(packed, 'x.tgz')).rejects.toThrow(/cut short or damaged/);
  });

  test('an archive without files is an error', async () => {
    await expect(unpackBytes(Buffer.alloc(10_240), 'x.tar')).rejects.toThrow(/holds no files/);
    await expect(unpackBytes(tar([{ name: 'a/', type: '5' }]), 'x.tar')).rejects.toThrow(/holds no files/);
  });
});

describe('gzip', () => {
  test('a single file loses its ending, and may be included by the name that it gets', async () => {
    for (const include of [undefined, ['train.de']]) {
      expect((await unpackBytes(gzipSync('Guten Tag\n'), 'train.de.gz', { include })).files).toEqual({
        'train.de': 'Guten Tag\n',
      });
    }
  });

  test('a file in several gzip members, as cat joins them, is whole', async () => {
    expect((await unpackBytes(Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]), 'x.gz')).files).toEqual({
      x: 'a\nb\n',
    });
  });
});

describe('zip', () => {
  test('stored, deflated and zip64 members unpack to what went in', async () => {
    const content = 'Guten Tag\n'.repeat(1000);
    const members: ZipMember[] = [
      { name: 'de-en/' },
      { name: 'de-en/stored', content, method: 0 },
      { name: 'de-en/deflated', content },
      { name: 'large', content, zip64: true },
      { name: 'Übung', content: 'ä\n' },
      { name: 'empty', content: '', method: 0 },
    ];
    expect((await unpackBytes(zip(members), 'x.zip')).files).toEqual({
      'de-en/stored': content,
      'de-en/deflated': content,
      large: content,
      'Übung': 'ä\n',
      empty: '',
    });
  });

  (hasPython ? test : test.skip)('an archive of another program unpacks to the files that went in', async () => {
    const folder = await temporaryFolder();
    await writeTree(folder, PAIR);
    execFileSync('python3', ['-m', 'zipfile', '-c', 'x.zip', ...Object.keys(PAIR)], { cwd: folder });
    expect((await unpackBytes(await readFile(join(folder, 'x.zip')), 'x.zip')).files).toEqual(PAIR);
  });

  const refused: [string, ZipMember[], RegExp][] = [
    ['a symbolic link', [{ name: 'a', content: '/etc/passwd', mode: 0o120777 }], /symbolic link/],
    ['a device', [{ name: 'a', mode: 0o020644 }], /device/],
    ['a path that leads out', [{ name: '../a' }], /leads out/],
    ['a backslash', [{ name: '..\\a' }], /backslash/],
    ['an absolute path', [{ name: '/a' }], /absolute/],
    ['an encrypted member', [{ name: 'a', flags: 1 }], /encrypted/],
    ['an unknown method', [{ name: 'a', method: 12 }], /method 12/],
    ['the same name twice', [{ name: 'a' }, { name: 'A' }], /two members/],
    ['a member with two names', [{ name: 'a', localName: 'b' }], /two different names/],
    [
      'members that share bytes',
      [
        { name: 'a', content: 'x' },
        { name: 'b', content: 'x', localName: 'b', sharedWith: 1 },
      ],
      /shares bytes/,
    ],
    ['a wrong CRC-32', [{ name: 'a', content: 'x', crc: 1 }], /member "a": the CRC-32 is wrong/],
    [
      'more content than declared',
      [{ name: 'a', content: 'xyz', bytes: 2 }],
      /member "a": it has more than the 2 bytes/,
    ],
    ['less content than declared', [{ name: 'a', content: 'xyz', bytes: 4 }], /member "a": it has 3 bytes, not 4/],
    ['a folder with content', [{ name: 'a/', content: 'x' }], /folder with content/],
  ];
  test.each(refused)('%s is refused', async (_, members, message) => {
    const attempt = unpackBytes(zip([{ name: 'first', content: 'x' }, ...members]), 'x.zip');
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(FetchError);
  });

  test('wherever it is cut, it is noticed', async () => {
    const whole = zip(PAIR_MEMBERS);
    for (let length = 4; length < whole.length; length += 7) {
      await expect(unpackBytes(whole.subarray(0, length), 'x.zip')).rejects.toThrow(/cut short or damaged/);
    }
  });
});

describe('limits', () => {
  const three = [
    { name: 'a', content: 'xx' },
    { name: 'b', content: 'xx' },
    { name: 'c', content: 'xx' },
  ];

  test.each([
    ['tar', tar(three)],
    ['zip', zip(three)],
  ])('files and bytes of a %s are counted, as many as allowed are fine', async (_, bytes) => {
    await expect(unpackBytes(bytes, 'x', { limits: { maxFiles: 2 } })).rejects.toThrow(/more than 2 files.*`maxFiles`/);
    await expect(unpackBytes(bytes, 'x', { limits: { maxBytes: 5 } })).rejects.toThrow(/more than 5 bytes.*`maxBytes`/);
    expect((await unpackBytes(bytes, 'x', { limits: { maxFiles: 3, maxBytes: 6 } })).records).toHaveLength(3);
    expect((await unpackBytes(bytes, 'x', { limits: { maxFiles: 1 }, include: ['b'] })).files).toEqual({ b: 'xx' });
  });

  test('a decompression bomb is refused in every packing', async () => {
    const zeros = Buffer.alloc(20 * 1024 * 1024);
    await expect(unpackBytes(gzipSync(zeros), 'x.gz')).rejects.toThrow(/bomb/);
    await expect(unpackBytes(gzipSync(tar([{ name: 'a', content: zeros }])), 'x.tgz')).rejects.toThrow(/bomb/);
    await expect(unpackBytes(zip([{ name: 'a', content: zeros }]), 'x.zip')).rejects.toThrow(/bomb/);
  });
});

describe('crafted names', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'B', 'C:', '~', '\\', 'ä', '.x', ' ', '...');
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

  test('whatever an archive calls its members, nothing is written outside the target folder', async () => {
    const nameLists = fc.array(name, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(nameLists, fc.constantFrom('tar', 'zip', 'long'), async (names, kind) => {
        const members = names.map((member) => ({ name: member, content: 'x' }));
        const long = members.flatMap((member) => [
          { name: 'p', type: 'x', content: pax({ path: member.name }) },
          member,
        ]);
        const bytes = kind === 'zip' ? zip(members) : tar(kind === 'tar' ? members : long);
        const { writer, around } = await temporaryWriter();
        await unpack(await temporaryFile('x', bytes), 'x', writer).catch((error: unknown) =>
          expect(error).toBeInstanceOf(FetchError),
        );
        for (const path of Object.keys(await readTree(around))) expect(path).toMatch(/^target\//);
      }),
      { numRuns: 150 },
    );
  });

  test('whatever bytes are changed in an archive, it fails cleanly or unpacks within the target folder', async () => {
    const whole = { tar: tar(PAIR_MEMBERS), zip: zip(PAIR_MEMBERS), tgz: gzipSync(tar(PAIR_MEMBERS)) };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('tar' as const, 'zip' as const, 'tgz' as const),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (kind, changes) => {
          const bytes = Buffer.from(whole[kind]);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const { writer, around } = await temporaryWriter();
          await unpack(await temporaryFile('x', bytes), 'x', writer).catch((error: unknown) =>
            expect(error).toBeInstanceOf(FetchError),
          );
          for (const path of Object.keys(await readTree(around))) expect(path).toMatch(/^target\//);
        },
      ),
      { numRuns: 300 },
    );
  });
});
