import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The file, in one of its versions, that a partial download is the beginning of. */
interface Resource {
  url: string;
  /** ETag or date of the version, to be sent as `If-Range`. */
  validator: string;
}

/**
 * An unfinished download, `archive.part`, and beside it `archive.part.json`, which tells what it is a part of. Only
 * `complete` renames it to `archive`, the name of a finished one.
 */
export class PartFile {
  readonly path: string;
  /** Where `complete` puts it. */
  readonly whole: string;
  private readonly note: string;

  constructor(folder: string) {
    this.whole = join(folder, 'archive');
    this.path = `${this.whole}.part`;
    this.note = `${this.path}.json`;
  }

  async size(): Promise<number> {
    return (await stat(this.path).catch(() => undefined))?.size ?? 0;
  }

  /** How much of `url` is already here, and the version that it belongs to; undefined if a download must begin anew. */
  async resumable(url: string): Promise<{ bytes: number; validator: string } | undefined> {
    const bytes = await this.size();
    if (bytes === 0) return undefined;
    try {
      const resource = JSON.parse(await readFile(this.note, 'utf8')) as Resource;
      return resource.url === url ? { bytes, validator: resource.validator } : undefined;
    } catch {
      // No note, or one cut short by a crash: the part's origin is unknown.
      return undefined;
    }
  }

  /** Begins anew. Without a validator the part can not be resumed later. */
  async restart(url: string, validator: string | undefined): Promise<void> {
    // The note goes first, so that it never lies beside bytes that it does not describe.
    await rm(this.note, { force: true });
    await writeFile(this.path, '');
    if (validator !== undefined) await writeFile(this.note, JSON.stringify({ url, validator } satisfies Resource));
  }

  /** Stream that writes after the first `bytes` bytes. */
  async append(bytes: number): Promise<WriteStream> {
    await truncate(this.path, bytes);
    return createWriteStream(this.path, { flags: 'r+', start: bytes });
  }

  async discard(): Promise<void> {
    await rm(this.note, { force: true });
    await rm(this.path, { force: true });
  }

  /** Declares the part whole; its bytes must have been verified. */
  async complete(): Promise<void> {
    await rm(this.note, { force: true });
    await rename(this.path, this.whole);
  }
}
