import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FetchError, reasonOf } from './error.ts';

/** What is expected of an archive's bytes; what is absent is not checked. */
export interface Expected {
  /** Hexadecimal, in either case. */
  sha256?: string;
  bytes?: number;
}

export interface FileDigest {
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
}

/** Size and SHA-256 of a file, read once. Throws a `FetchError` when it cannot be read. */
export async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    throw new FetchError(`Cannot read ${path}: ${reasonOf(error)}.`, { cause: error });
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Throws when `actual` is not what was expected; `origin` is what the message calls the file. */
export function checkDigest(origin: string, actual: FileDigest, expected: Expected): void {
  if (expected.bytes !== undefined && actual.bytes !== expected.bytes) {
    throw new FetchError(
      `${origin} has ${actual.bytes} bytes, not ${expected.bytes}: it is cut short, or another version.`,
    );
  }
  const sha256 = expected.sha256?.toLowerCase();
  if (sha256 !== undefined && actual.sha256 !== sha256) {
    throw new FetchError(
      `${origin} has the SHA-256 ${actual.sha256}, not ${sha256}: it is damaged, or another version.`,
    );
  }
}
