import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { FetchError } from '../error.ts';

/** How a file is packed. */
export type Kind = 'tar' | 'tar.gz' | 'gzip' | 'zip' | 'plain';

const TAR_BLOCK = 512;

/** Packings that are known by their first bytes, but not unpacked here. */
const FOREIGN: [name: string, magic: string][] = [
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['7-Zip', '377abcaf271c'],
  ['RAR', '526172211a07'],
  ['compress (.Z)', '1f9d'],
  ['lz4', '04224d18'],
];

/**
 * Tells by its content how the file at `path` is packed. `name`, which may come from a URL, only serves to notice that
 * a file is not what it is called: an error page saved as `corpus.tgz` must not become a corpus.
 */
export async function kindOf(path: string, name: string): Promise<Kind> {
  const head = await readHead(path);
  const foreign = FOREIGN.find(([, magic]) => head.toString('hex').startsWith(magic));
  if (foreign !== undefined) {
    throw new FetchError(
      `${name} is packed by ${foreign[0]}, which is not supported.`
        + ' Unpack it yourself and give the folder as `path`.',
    );
  }
  if (head.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) {
    return hasTarHeader(await gunzippedHead(path)) || /\.(tgz|tar\.gz)$/i.test(name) ? 'tar.gz' : 'gzip';
  }
  const signature = head.subarray(0, 4).toString('latin1');
  // Of a file, and of the directory of an archive without files.
  if (signature === 'PK\x03\x04' || signature === 'PK\x05\x06') return 'zip';
  if (hasTarHeader(head) || (/\.tar$/i.test(name) && head.length > 0 && head.every((byte) => byte === 0))) return 'tar';

  const claimed = /\.(tgz|gz|tar|zip)$/i.exec(name)?.[0];
  if (claimed === undefined) return 'plain';
  const page = /^\s*<(!doctype|html|\?xml)/i.test(head.toString('latin1'))
    ? ' It looks like a web page, perhaps one that tells why.'
    : '';
  throw new FetchError(
    `${name} is not a ${claimed} file, whatever its name says.${page} Get it again, or give another \`path\` or `
      + '`url`.',
  );
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAR_BLOCK), 0, TAR_BLOCK, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** First bytes below the compression; as many as could be had if it is damaged, which unpacking reports better. */
async function gunzippedHead(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await pipeline(createReadStream(path), createGunzip({ chunkSize: TAR_BLOCK }), async (unpacked) => {
    for await (const chunk of unpacked) {
      chunks.push(chunk as Buffer);
      return;
    }
  }).catch(() => undefined);
  return Buffer.concat(chunks).subarray(0, TAR_BLOCK);
}

/**
 * A tar header carries the sum of its own bytes, with that field (148 to 155) counted as spaces: POSIX.1-1988, ustar.
 */
function hasTarHeader(block: Buffer): boolean {
  if (block.length < TAR_BLOCK) return false;
  const field = /^[ \0]*([0-7]+)[ \0]*$/.exec(block.toString('latin1', 148, 156));
  if (field === null) return false;
  const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return sum === parseInt(field[1], 8);
}
