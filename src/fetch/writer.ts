import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { RawFile } from '../text/corpora/raw-corpus.ts';
import { FetchError, reasonOf } from './error.ts';
import type { Include } from './include.ts';
import { Budget } from './limits.ts';
import type { Limits } from './limits.ts';
import { isHidden, memberPath } from './member-path.ts';

/** What is made of members by their names. */
export interface MemberPolicy {
  /** Also files that are hidden are written. */
  hidden?: boolean;
  /** What to do where a member is refused, one sentence. */
  advice?: string;
}

export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Writes every file of the target folder, whatever the source: checks names, refuses duplicates, counts files and bytes
 * against the limits, and takes each file's digest.
 */
export class FolderWriter {
  private readonly written: RawFile[] = [];
  private readonly taken = new Map<string, 'file' | 'folder'>();
  private readonly budget: Budget;

  /** `folder` must exist and be empty; `origin` is what messages call the source. */
  constructor(
    private readonly folder: string,
    readonly origin: string,
    private readonly include: Include,
    limits: Limits,
    private readonly policy: MemberPolicy = {},
  ) {
    this.budget = new Budget(limits, origin);
  }

  /** The path that a member's name stands for. Throws for an unsafe name. */
  check(name: string): string {
    const checked = memberPath(name);
    if ('problem' in checked) throw this.refusal(name, checked.problem);
    return checked.path;
  }

  /**
   * The path that a file is to be written to, or undefined if it is to be left out: hidden, or not included.
   * Names are checked also of files that are left out.
   */
  accept(name: string): string | undefined {
    const path = this.check(name);
    return (this.policy.hidden || !isHidden(path)) && this.include.keeps(path) ? path : undefined;
  }

  /** A reason not to unpack a member, as an error. */
  refusal(name: string, problem: string): FetchError {
    const advice =
      this.policy.advice ?? 'To go on without it, give the wanted files in a folder of their own as `path`.';
    return new FetchError(
      `${this.origin} is refused because of its member ${JSON.stringify(name)}: ${problem}. ${advice}`,
    );
  }

  /** Writes one file; `path` comes from `accept`. What `content` throws comes through as it is. */
  async write(path: string, content: ByteStream): Promise<void> {
    this.reserve(path);
    this.budget.addFile();
    const target = join(this.folder, path);
    await mkdir(dirname(target), { recursive: true });

    const hash = createHash('sha256');
    let bytes = 0;
    let failure: unknown;
    const { budget } = this;
    async function* measured(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of content) {
          budget.addBytes(chunk.length);
          bytes += chunk.length;
          hash.update(chunk);
          yield chunk;
        }
      } catch (error) {
        failure = error;
        throw error;
      }
    }
    try {
      // `wx` never follows or overwrites what is already there.
      await pipeline(measured, createWriteStream(target, { flags: 'wx' }));
    } catch (error) {
      // The reader of the content reports its own errors; only those of the disk are reported here.
      if (failure !== undefined) throw failure;
      throw new FetchError(`Cannot write ${JSON.stringify(path)} of ${this.origin}: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
    this.written.push({ path, bytes, sha256: hash.digest('hex') });
  }

  /** All files in the order of their paths. Throws if there are none, or if an `include` pattern kept none. */
  finish(): RawFile[] {
    this.include.checkAllUsed(this.origin);
    if (this.written.length === 0) throw new FetchError(`${this.origin} holds no files.`);
    return this.written.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Two names that differ in case or in Unicode form are one file on some file systems, so
   * they are duplicates everywhere.
   */
  private reserve(path: string): void {
    const parts = path.normalize('NFC').toLowerCase().split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      if (this.taken.get(folder) === 'file')
        throw this.refusal(path, 'another member of that name is a file, not a folder');
      this.taken.set(folder, 'folder');
    }
    const key = parts.join('/');
    if (this.taken.has(key)) throw this.refusal(path, 'two members have that name, letter case aside');
    this.taken.set(key, 'file');
  }
}
