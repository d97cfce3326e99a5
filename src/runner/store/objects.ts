import { chmodSync, renameSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic, ExitCode } from '../diagnostic.ts';
import type { Digest } from '../types.ts';
import type { ManifestEntry } from '../../disk/digest.ts';
import { digestAndSync, digestIfReadable, digestManifest, digestText } from '../../disk/digest.ts';
import { manifestOf } from '../../disk/manifest.ts';
import { newTemporaryFolder } from './drafts.ts';
import { hasCode, isMissing, listFolder, makeFolder, removeTree, syncToDisk } from '../../disk/files.ts';
import type { Layout } from './layout.ts';
import { Manifests } from './manifests.ts';
import type { Signature, StatCache } from './stat-cache.ts';
import { signatureOf } from './stat-cache.ts';
import type { TreeEntry } from '../../disk/tree.ts';
import { walkTree } from '../../disk/tree.ts';

/** `none`: the artifact never had it. */
export type FileState = 'sound' | 'none' | 'damaged';

/** Artifacts by digest: folders that appear whole and are never changed. */
export class Objects {
  readonly #layout: Layout;
  readonly #cache: StatCache;
  readonly #manifests: Manifests;

  constructor(layout: Layout, cache: StatCache) {
    this.#layout = layout;
    this.#cache = cache;
    this.#manifests = new Manifests(layout);
  }

  /**
   * Whether an artifact is in the store with the bytes that its digest names. Reads only folders and file times, unless
   * these differ from what they were when the artifact was last hashed.
   */
  isIntact(digest: Digest): boolean {
    const folder = this.#layout.object(digest);
    let entries: TreeEntry[];
    try {
      entries = walkTree(folder);
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    const signature = treeSignature(entries);
    const known = this.#cache.recall(folder);
    if (known?.[0] === signature) return known[1] === digest;
    return this.#hash(digest, entries);
  }

  /** Whether all bytes of an artifact are there as its digest names them; reads them all, whatever the times say. */
  verify(digest: Digest): boolean {
    const folder = this.#layout.object(digest);
    try {
      return this.#hash(digest, walkTree(folder));
    } catch (error) {
      if (!isMissing(error) && !hasCode(error, 'EACCES', 'EIO')) throw error;
      this.#cache.forget(folder);
      return false;
    }
  }

  /** What became of one file of an artifact; the others are not read, where the manifest is known. */
  stateOfFile(digest: Digest, name: string): FileState {
    const manifest = this.#manifests.read(digest) ?? (this.verify(digest) ? this.#manifests.read(digest) : undefined);
    if (manifest === undefined) return 'damaged';
    const entry = manifest.find(([file]) => file === name);
    if (entry === undefined) return 'none';
    return digestIfReadable(path.join(this.#layout.object(digest), name)) === entry[2] ? 'sound' : 'damaged';
  }

  /** Digests of all that stands in the store, damaged or not. */
  all(): Digest[] {
    const root = path.join(this.#layout.store, 'objects');
    return listFolder(root)
      .flatMap((group) => listFolder(path.join(root, group)))
      .filter((name) => /^[0-9a-f]{64}$/.test(name)) as Digest[];
  }

  /** Removes an artifact, in one step for whoever looks. */
  remove(digest: Digest): void {
    this.#moveAside(this.#layout.object(digest));
    this.#cache.forget(this.#layout.object(digest));
  }

  /** Reads all bytes, and remembers what they are; a folder with links or devices is no artifact. */
  #hash(digest: Digest, entries: TreeEntry[]): boolean {
    const manifest = entries.some(({ kind }) => kind === 'other') ? undefined : manifestOf(entries);
    const actual = manifest === undefined ? digestText('not an artifact') : digestManifest(manifest);
    this.#cache.remember(this.#layout.object(digest), treeSignature(entries), actual);
    if (manifest === undefined || actual !== digest) return false;
    if (this.#manifests.read(digest) === undefined) this.#manifests.write(digest, manifest);
    return true;
  }

  /**
   * Moves a finished folder of the same file system into the store. Its files reach the disk first; a folder of the
   * same content that is already there stays, a damaged one is replaced.
   * @returns the artifact's digest and the size of its files in bytes
   * @throws Diagnostic for anything that is neither a file nor a folder
   */
  async publish(folder: string): Promise<{ digest: Digest; bytes: number }> {
    const entries = walkTree(folder);
    refuseLinksAndDevices(folder, entries);
    const manifest: ManifestEntry[] = [];
    for (const entry of entries) {
      if (entry.kind !== 'file') continue;
      manifest.push([entry.path, Number(entry.stats.size), await digestAndSync(entry.absolute)]);
      chmodSync(entry.absolute, 0o444);
    }
    for (const entry of entries.reverse()) {
      if (entry.kind !== 'folder') continue;
      syncToDisk(entry.absolute);
      // Not yet the root: moving a folder to another parent needs the right to write to it.
      if (entry.path !== '') chmodSync(entry.absolute, 0o555);
    }
    const digest = digestManifest(manifest);
    this.#install(folder, digest);
    this.#manifests.write(digest, manifest);
    return { digest, bytes: manifest.reduce((sum, [, bytes]) => sum + bytes, 0) };
  }

  #install(folder: string, digest: Digest): void {
    const target = this.#layout.object(digest);
    makeFolder(path.dirname(target));
    // Another process may put the same artifact there between any two of these steps, hence the repetition.
    for (let attempt = 1; ; attempt++) {
      if (this.isIntact(digest)) {
        removeTree(folder);
        return;
      }
      try {
        this.#moveAside(target);
        renameSync(folder, target);
        break;
      } catch (error) {
        if (attempt === 5 || !hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
      }
    }
    chmodSync(target, 0o555);
    syncToDisk(path.dirname(target));
    // These bytes were hashed a moment ago and nobody writes to published folders: no need to read them again.
    this.#cache.remember(target, treeSignature(walkTree(target)), digest);
  }

  /** A damaged artifact leaves in one step, so that no reader ever meets half of it. */
  #moveAside(target: string): void {
    const aside = newTemporaryFolder(this.#layout);
    try {
      chmodSync(target, 0o755);
      renameSync(target, aside);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    removeTree(aside);
  }
}

function treeSignature(entries: TreeEntry[]): Signature {
  return digestText(
    entries.map((entry) => `${entry.path}\0${entry.kind}\0${signatureOf(entry.stats)}`).join('\n'),
  ) as string as Signature;
}

function refuseLinksAndDevices(folder: string, entries: TreeEntry[]): void {
  const other = entries.find((entry) => entry.kind === 'other');
  if (other === undefined) return;
  const what = other.stats.isSymbolicLink() ? 'a symbolic link' : 'neither a file nor a folder';
  throw new Diagnostic(
    `output '${path.basename(folder)}': '${other.path || '.'}' is ${what}; an artifact may hold only files and folders`,
    {
      exitCode: ExitCode.failed,
      hint: 'Let the stage copy the file into its output folder.',
    },
  );
}
