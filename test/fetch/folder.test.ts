import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { copyFolder } from '../../src/fetch/archive/folder.ts';
import { readTree, tar, temporaryFolder, temporaryWriter, writeTree } from './support.ts';

type Options = Parameters<typeof temporaryWriter>[0] & { links?: Record<string, string> };

async function copy(files: Record<string, Uint8Array | string>, options: Options = {}) {
  const source = await temporaryFolder();
  await writeTree(source, files);
  for (const [name, target] of Object.entries(options.links ?? {})) await symlink(target, join(source, name));
  const { writer, folder } = await temporaryWriter(options);
  await copyFolder(source, writer);
  writer.finish();
  return readTree(folder);
}

describe('a folder', () => {
  test('is copied with what is below it, single files unpacked, archives and hidden files not', async () => {
    const archive = gzipSync(tar([{ name: 'a', content: 'x' }]));
    const copied = await copy({
      'train.de.gz': gzipSync('Guten Tag\n'),
      'train.en': 'Good day\n',
      'sets/test.de': 'Hallo\n',
      'old.tar.gz': archive,
      '.DS_Store': 'x',
      '.git/config': 'x',
    });
    expect(copied).toEqual({
      'train.de': 'Guten Tag\n',
      'train.en': 'Good day\n',
      'sets/test.de': 'Hallo\n',
      'old.tar.gz': archive.toString('utf8'),
    });
  });

  test('is copied in part, by the names that the files get', async () => {
    expect(await copy({ 'train.de.gz': gzipSync('a\n'), 'train.en': 'b\n' }, { include: ['train.de'] })).toEqual({
      'train.de': 'a\n',
    });
  });

  test('with a file both packed and not is refused, rather than one of them chosen', async () => {
    await expect(copy({ 'train.de.gz': gzipSync('a\n'), 'train.de': 'b\n' })).rejects.toThrow(/two members/);
  });

  test('with a damaged packed file is an error that names the file', async () => {
    await expect(copy({ 'train.de.gz': gzipSync('Guten Tag\n').subarray(0, 15) })).rejects.toThrow(
      /train\.de\.gz is cut short or damaged/,
    );
    await expect(copy({ 'train.de.gz': 'Guten Tag\n' })).rejects.toThrow(/train\.de\.gz is cut short or damaged/);
  });

  test('has its links followed to its own files, and no further', async () => {
    expect(await copy({ 'a/train.de': 'x\n' }, { links: { 'valid.de': 'a/train.de' } })).toEqual({
      'a/train.de': 'x\n',
      'valid.de': 'x\n',
    });
    await expect(copy({ a: 'x' }, { links: { secret: '/etc/passwd' } })).rejects.toThrow(
      /"secret": it is a symbolic link that leads out/,
    );
    await expect(copy({ a: 'x' }, { links: { up: '..' } })).rejects.toThrow(/leads out/);
    await expect(copy({ a: 'x' }, { links: { loop: '.' } })).rejects.toThrow(/other than a file/);
    await expect(copy({ a: 'x' }, { links: { gone: 'missing' } })).rejects.toThrow(/to nothing/);
  });

  test('with a pipe in it is refused, and not waited for', async () => {
    const source = await temporaryFolder();
    execFileSync('mkfifo', [join(source, 'pipe')]);
    await expect(copyFolder(source, (await temporaryWriter()).writer)).rejects.toThrow(
      /"pipe": it is a device, a pipe/,
    );
  });

  test('is bound by the limits', async () => {
    await expect(copy({ a: 'x', b: 'x' }, { limits: { maxFiles: 1 } })).rejects.toThrow(/more than 1 files/);
    await expect(copy({ a: 'xx', b: 'xx' }, { limits: { maxBytes: 3 } })).rejects.toThrow(/more than 3 bytes/);
  });

  test('without files is an error', async () => {
    await expect(copy({ '.hidden': 'x' })).rejects.toThrow(/holds no files/);
  });
});
