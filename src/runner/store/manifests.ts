import { checkedJson, readCheckedJson } from '../../disk/checked-json.ts';
import { digestManifest, type ManifestEntry } from '../../disk/digest.ts';
import { writeCache } from '../../disk/files.ts';
import type { Digest } from '../types.ts';
import type { Layout } from './layout.ts';

/**
 * Which files artifacts have, with their digests: with it one file can be checked without reading the others. Each proves
 * itself, since an artifact's digest is that of its manifest; one that is lost is made anew.
 */
export class Manifests {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  read(digest: Digest): readonly ManifestEntry[] | undefined {
    const stored = readCheckedJson<{ files: ManifestEntry[] }>(this.#layout.manifest(digest));
    return stored !== undefined && digestManifest(stored.files) === digest ? stored.files : undefined;
  }

  write(digest: Digest, files: readonly ManifestEntry[]): void {
    writeCache(this.#layout.manifest(digest), checkedJson({ files }));
  }
}
