import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkedJson, readCheckedJson } from '../../../disk/checked-json.ts';
import { digestIfReadable } from '../../../disk/digest.ts';
import { hasCode, isMissing, removeTree, writeCache } from '../../../disk/files.ts';
import type { StatCache } from '../../store/stat-cache.ts';
import type { Digest } from '../../types.ts';
import type { Bundle, CodeEntry } from './bundle.ts';
import { bundleStage } from './bundle.ts';
import { markUsed, removeOldBundles } from './old-bundles.ts';
import type { BundlePlace } from './place.ts';
import { bundlePlace, preparePlace } from './place.ts';

/** Format of the file that remembers fingerprints. One of another format is made anew, which costs time only. */
const format = 3;

/** What identifies a stage type's code, and where its runnable form is. */
export interface CodeFingerprint extends Pick<Bundle, 'digest' | 'packages' | 'files'> {
  /** Absolute path of the bundled module, placed where bare imports resolve as they do from the code's home. */
  bundle: string;
}

/** File times come from a clock that may be this much behind. */
const clockStepMilliseconds = 10;

interface CacheEntry extends Pick<Bundle, 'digest' | 'packages' | 'files' | 'links'> {
  /** Digest by absolute path of everything that the bundle was made from; null for what was looked for in vain. */
  sources: Record<string, Digest | null>;
}

interface CodeCache {
  format: number;
  bundler: string;
  /** By the entry's absolute path. */
  entries: Record<string, CacheEntry>;
}

/**
 * Fingerprints stage types' code. An edit to a comment, to formatting or to a function that the stage does
 * not reach changes nothing; an edit to a helper however many imports down does. As long as no source
 * changes, esbuild is not even loaded.
 * @param options.cacheFolder where the result is remembered, and the bundles lie
 * @returns by the types' names
 * @throws Diagnostic when the code of a type does not compile
 */
export async function fingerprint(
  types: readonly CodeEntry[],
  { cacheFolder, statCache }: { cacheFolder: string; statCache: StatCache },
): Promise<Record<string, CodeFingerprint>> {
  const file = path.join(cacheFolder, 'code.json');
  const stored = readCheckedJson<CodeCache>(file);
  const cache: CodeCache = { format, bundler: bundlerVersion(), entries: {} };
  if (stored?.format === format && stored.bundler === cache.bundler) Object.assign(cache.entries, stored.entries);

  const digestOf = rememberingDigests(statCache);
  const places = new Map(
    [...new Set(types.map(({ home }) => home))].map((home) => [home, bundlePlace(home, cacheFolder)] as const),
  );
  const known = new Map(
    types
      .map((type) => [type.name, cache.entries[type.entry]] as const)
      .filter(([, entry], i) => isCurrent(entry, places.get(types[i].home)!, digestOf)),
  );
  const stale = types.filter((type) => !known.has(type.name));
  await Promise.all(
    stale.map(async (type) => {
      const started = Date.now() - clockStepMilliseconds;
      const place = places.get(type.home)!;
      const { text, sources, ...identity } = await bundleStage(type, place.modules);
      const bundle = fileOf(identity.digest, place);
      preparePlace(place);
      if (!existsSync(bundle)) writeCache(bundle, text);
      const entry = {
        ...identity,
        sources: Object.fromEntries(sources.map((source) => [source, digestIfThere(source, statCache)])),
      };
      known.set(type.name, entry);
      // A file edited while it was bundled: the digests may be those of another text than the bundle's.
      if (sources.some((source) => modifiedSince(source, started))) delete cache.entries[type.entry];
      else cache.entries[type.entry] = entry;
    }),
  );
  if (stale.length > 0) {
    writeCache(file, checkedJson(cache));
    const digests = [...Object.values(cache.entries), ...known.values()].map(({ digest }) => digest);
    for (const place of places.values()) {
      removeOldBundles(place.folder, new Set(digests.map((digest) => fileOf(digest, place))));
    }
  }

  return Object.fromEntries(
    types.map(({ name, home }) => {
      const { digest, packages, files } = known.get(name)!;
      return [name, { digest, packages, files, bundle: fileOf(digest, places.get(home)!) }];
    }),
  );
}

/**
 * Makes sure that the bundle that is about to be executed is the one that was hashed, byte for byte; one that is damaged
 * is made anew.
 */
export async function mendBundle(
  type: CodeEntry,
  { digest, bundle }: CodeFingerprint,
  options: { cacheFolder: string; statCache: StatCache },
): Promise<void> {
  // Where nothing can be written, there may be none.
  if (!existsSync(bundle)) return;
  if (digestIfReadable(bundle) === digest) {
    markUsed(bundle);
    return;
  }
  try {
    removeTree(bundle);
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
    return;
  }
  await fingerprint([type], options);
}

type DigestOf = (file: string) => Digest | null;

/** Stage types share most of their sources, which are looked at once for all of them. */
function rememberingDigests(statCache: StatCache): DigestOf {
  const known = new Map<string, Digest | null>();
  return (file) => {
    let digest = known.get(file);
    if (digest === undefined) known.set(file, (digest = digestIfThere(file, statCache)));
    return digest;
  };
}

function isCurrent(entry: CacheEntry | undefined, place: BundlePlace, digestOf: DigestOf): boolean {
  return (
    entry !== undefined
    && existsSync(fileOf(entry.digest, place))
    && Object.entries(entry.links).every(([link, target]) => existsSync(link) && realpathSync(link) === target)
    && Object.entries(entry.sources).every(([source, digest]) => digestOf(source) === digest)
  );
}

function digestIfThere(file: string, statCache: StatCache): Digest | null {
  try {
    return statCache.digest(file);
  } catch (error) {
    // An import may name a folder, which is looked into by the names of its files.
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EISDIR') return null;
    throw error;
  }
}

function modifiedSince(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.mtimeMs > time;
}

function fileOf(digest: Digest, { folder }: BundlePlace): string {
  return path.join(folder, `${digest}.mjs`);
}

/** Another esbuild may print the same code differently. Its version is read without loading it. */
function bundlerVersion(): string {
  const manifest = createRequire(import.meta.url).resolve('esbuild/package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
