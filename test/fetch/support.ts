import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach } from '@jest/globals';
import { Include } from '../../src/fetch/include.ts';
import type { Limits } from '../../src/fetch/limits.ts';
import { FolderWriter } from '../../src/fetch/writer.ts';

export const LIMITS: Limits = { maxBytes: 1 << 30, maxFiles: 1000 };

const folders: string[] = [];

/** A new folder, gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fetch-'));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Writes bytes to a file of a new folder, and gives its path. */
export async function temporaryFile(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, content);
  return path;
}

/** Writes files by relative path below a folder. */
export async function writeTree(folder: string, files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Text of every file below a folder by relative path. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(
      files.map(async (file) => [relative(folder, file).split(sep).join('/'), await readFile(file, 'utf8')] as const),
    ),
  );
}

export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A writer with a new target folder. */
export async function temporaryWriter(
  options: { limits?: Partial<Limits>; include?: string[] } = {},
): Promise<{ writer: FolderWriter; folder: string; around: string }> {
  const around = await temporaryFolder();
  const folder = join(around, 'target');
  await mkdir(folder);
  return {
    writer: new FolderWriter(folder, 'the archive', new Include(options.include), { ...LIMITS, ...options.limits }),
    folder,
    around,
  };
}

/** Deterministic bytes that do not compress. */
export function noise(bytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let index = 0; index * 32 < bytes; index++) blocks.push(createHash('sha256').update(String(index)).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

export interface TarMember {
  name: string;
  content?: Uint8Array | string;
  /**
   * Type flag of the header: '0' file, '1' hard link, '2' symbolic link, '3' device, '5'
   * folder, 'L' GNU long name, 'x' pax.
   */
  type?: string;
  link?: string;
  /** Instead of the content's own size. */
  size?: number;
  /** Instead of "ustar" and version. */
  magic?: string;
}

/** A tar archive byte by byte, so that it can say what no archiver would write. */
export function tar(members: TarMember[], options: { end?: boolean } = {}): Buffer {
  const blocks = members.flatMap(({ name, content = '', type = '0', link = '', size, magic = 'ustar\x0000' }) => {
    const body = Buffer.from(content as Uint8Array);
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, 'utf8');
    header.write('0000644\0' + '0000000\0' + '0000000\0', 100, 'latin1');
    header.write(`${(size ?? body.length).toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    header.write('00000000000\0', 136, 'latin1');
    header.write('        ', 148, 'latin1');
    header.write(type, 156, 'latin1');
    header.write(link, 157, 100, 'utf8');
    header.write(magic, 257, 'latin1');
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(options.end === false ? 0 : 1024)]);
}

/** The content of a pax header: each line begins with its own length. */
export function pax(records: Record<string, string>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest);
      while (length !== Buffer.byteLength(rest) + String(length).length)
        length = Buffer.byteLength(rest) + String(length).length;
      return `${length}${rest}`;
    })
    .join('');
}

export interface ZipMember {
  name: string;
  content?: Uint8Array | string;
  method?: number;
  flags?: number;
  /** Unix mode, for instance 0o120777 for a symbolic link. */
  mode?: number;
  /** Instead of the right values. */
  crc?: number;
  bytes?: number;
  localName?: string;
  /** Index of the member whose bytes this one shares. */
  sharedWith?: number;
  /** Sizes in a zip64 field. */
  zip64?: boolean;
}

/** A zip archive byte by byte, after APPNOTE.TXT 4.3. */
export function zip(members: ZipMember[]): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const member of members) {
    const { name, content = '', method = 8, flags = 0x800, mode = 0o100644, zip64 = false } = member;
    const body = Buffer.from(content as Uint8Array);
    const packed = method === 8 ? deflateRawSync(body) : body;
    const bytes = member.bytes ?? body.length;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(member.crc ?? crc32(body), 10);
    fields.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 14);
    fields.writeUInt32LE(zip64 ? 0xffffffff : bytes, 18);
    const extra = Buffer.alloc(zip64 ? 20 : 0);
    if (zip64) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(16, 2);
      extra.writeBigUInt64LE(BigInt(bytes), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
    }
    const headerOf = (label: string): Buffer => {
      const header = Buffer.from(fields);
      header.writeUInt16LE(Buffer.byteLength(label), 22);
      header.writeUInt16LE(extra.length, 24);
      return header;
    };
    const own = Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      headerOf(member.localName ?? name),
      Buffer.from(member.localName ?? name),
      extra,
      packed,
    ]);
    const shares = member.sharedWith !== undefined;
    offsets.push(shares ? offsets[member.sharedWith!] : offset);
    if (!shares) {
      local.push(own);
      offset += own.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offsets.at(-1)!, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), headerOf(name), tail, Buffer.from(name), extra);
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, listing, end]);
}
