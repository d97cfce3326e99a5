import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import canonicalize from 'canonicalize';
import { isUnreadable } from './files.ts';
import { naming } from './refusals.ts';

/** SHA-256 in hexadecimal of an artifact, a file or a bundle. */
export type Digest = string & { readonly __digest: unique symbol };

const chunkBytes = 1 << 20;

/** SHA-256 of text in UTF-8. */
export function digestText(text: string): Digest {
  return createHash('sha256').update(text).digest('hex') as Digest;
}

/**
 * SHA-256 of a value's canonical JSON (RFC 8785), so that neither the order of keys nor the spelling of numbers counts.
 */
export function digestJson(value: unknown): Digest {
  return digestText(canonicalize(value)!);
}

/** SHA-256 of a file's bytes, read in pieces: files may be larger than memory. */
export function digestFileSync(file: string): Digest {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const descriptor = openSync(file, 'r');
  try {
    for (let length; (length = readSync(descriptor, buffer, 0, chunkBytes, null)) > 0;)
      hash.update(buffer.subarray(0, length));
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex') as Digest;
}

/** The same of a file that may not be there, or not be one; undefined then. */
export function digestIfReadable(file: string): Digest | undefined {
  try {
    return digestFileSync(file);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/**
 * Like `digestFileSync`, without keeping the process from its other work, and only after
 * the bytes have reached the disk.
 */
export async function digestAndSync(file: string): Promise<Digest> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const handle = await open(file, 'r');
  try {
    await handle.sync().catch((error: unknown) => {
      throw naming(file, error);
    });
    for (let length; (length = (await handle.read(buffer, 0, chunkBytes, null)).bytesRead) > 0;)
      hash.update(buffer.subarray(0, length));
  } finally {
    await handle.close();
  }
  return hash.digest('hex') as Digest;
}

/** One file of an artifact: path below its folder with `/` between parts, size in bytes, SHA-256. */
export type ManifestEntry = [path: string, bytes: number, digest: Digest];

/**
 * An artifact's digest: that of its files' paths, sizes and contents, in the order of the
 * paths. Times and modes do not count.
 */
export function digestManifest(entries: ManifestEntry[]): Digest {
  return digestJson([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
