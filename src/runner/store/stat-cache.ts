import type { BigIntStats } from 'node:fs';
import { statSync } from 'node:fs';
import path from 'node:path';
import type { Digest } from '../types.ts';
import { checkedJson, readCheckedJson } from '../../disk/checked-json.ts';
import { digestFileSync } from '../../disk/digest.ts';
import { writeCache } from '../../disk/files.ts';

const format = 2;

/** A file changed less than this long before it was hashed may change again without its times showing it. */
const distrustNanoseconds = 2_000_000_000n;

/** What tells whether a file is still the one that was hashed, as one string. */
export type Signature = string & { readonly __signature: unique symbol };

export function signatureOf(stats: BigIntStats): Signature {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ') as Signature;
}

/**
 * Content digests of files, remembered between processes by the files' identity, size and times, so that
 * only what may have changed is read again. One cache serves a whole `runs/` folder; concurrent writers
 * lose entries, never falsify them.
 */
export class StatCache {
  readonly #file: string;
  readonly #entries: Map<string, [Signature, Digest]>;
  #changed = false;

  constructor(folder: string) {
    this.#file = path.join(folder, 'stat.json');
    const stored = readCheckedJson<{ format: number; entries: Record<string, [Signature, Digest]> }>(this.#file);
    this.#entries = new Map(stored?.format === format ? Object.entries(stored.entries) : []);
  }

  /** SHA-256 of a file's bytes; links are followed. Throws what `stat` and reading throw. */
  digest(file: string): Digest {
    const before = statSync(file, { bigint: true });
    const signature = signatureOf(before);
    const known = this.#entries.get(file);
    if (known?.[0] === signature) return known[1];
    const digest = digestFileSync(file);
    const now = BigInt(Date.now()) * 1_000_000n;
    const newest = before.mtimeNs > before.ctimeNs ? before.mtimeNs : before.ctimeNs;
    if (now - newest > distrustNanoseconds) this.#set(file, signature, digest);
    else if (this.#entries.delete(file)) this.#changed = true;
    return digest;
  }

  /** The remembered pair of a path whose immutability the caller vouches for, whatever its age. */
  recall(key: string): [Signature, Digest] | undefined {
    return this.#entries.get(key);
  }

  /** Remembers what the caller knows of a path that nobody will change. */
  remember(key: string, signature: Signature, digest: Digest): void {
    this.#set(key, signature, digest);
  }

  forget(key: string): void {
    if (this.#entries.delete(key)) this.#changed = true;
  }

  /** Writes the cache if anything was learned. Losing it costs time only, so it is not forced to the disk. */
  save(): void {
    if (!this.#changed) return;
    writeCache(this.#file, checkedJson({ format, entries: Object.fromEntries(this.#entries) }));
    this.#changed = false;
  }

  #set(key: string, signature: Signature, digest: Digest): void {
    this.#entries.set(key, [signature, digest]);
    this.#changed = true;
  }
}
