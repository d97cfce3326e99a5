import { basename } from 'node:path';
import type { Origin, RawCorpus } from '../text/corpora/raw-corpus.ts';
import { copyFolder } from './archive/folder.ts';
import { unpack } from './archive/unpack.ts';
import { checkDigest, digestFile } from './digest.ts';
import { download, shownUrl } from './download/download.ts';
import type { DownloadOptions } from './download/download.ts';
import { EMBEDDED_LANGUAGES, writeTypescriptCorpus } from './embedded.ts';
import { FetchError } from './error.ts';
import { Include } from './include.ts';
import { createFilesFolder, listDigest, totalBytes, writeRawCorpus } from './raw-corpus.ts';
import { sourceOf } from './source.ts';
import type { CorpusSource, FetchOptions } from './source.ts';
import { FolderWriter } from './writer.ts';

export interface FetchFolders {
  /** Empty folder of the artifact. */
  artifact: string;
  /** Keeps unfinished downloads. */
  progress: string;
}

/** Where progress and messages go, and how long to wait for servers. */
export type FetchWatcher = Pick<DownloadOptions, 'onProgress' | 'onLog' | 'patience'>;

/**
 * Gets raw data from where the parameters say, checks and unpacks it, and writes a `raw-corpus`.
 * Bad input throws a `FetchError`.
 */
export async function fetchCorpus(
  params: FetchOptions,
  folders: FetchFolders,
  watcher: FetchWatcher,
): Promise<RawCorpus> {
  if (params.source === params.target)
    throw new FetchError(`\`source\` and \`target\` are the same language, "${params.source}".`);
  const source = await sourceOf(params);
  const files = await createFilesFolder(folders.artifact);
  const writerFor = (name: string): FolderWriter => new FolderWriter(files, name, new Include(params.include), params);
  const corpus: RawCorpus = {
    format: params.format,
    source: params.source,
    target: params.target,
    ...(params.splits === undefined ? {} : { splits: params.splits }),
    ...(await collect(source, params, folders, watcher, writerFor)),
  };
  await writeRawCorpus(folders.artifact, corpus);
  watcher.onLog(`${corpus.files.length} files, ${totalBytes(corpus.files)} bytes`, 'info');
  return corpus;
}

async function collect(
  source: CorpusSource,
  params: FetchOptions,
  { progress }: FetchFolders,
  watcher: FetchWatcher,
  writerFor: (origin: string) => FolderWriter,
): Promise<Pick<RawCorpus, 'origin' | 'files'>> {
  switch (source.kind) {
    case 'url': {
      const { urls, expected } = source;
      const { path, digest } = await download({
        ...watcher,
        urls,
        expected,
        folder: progress,
        maxBytes: params.maxBytes,
      });
      return unpacked(path, urlName(urls[0]), writerFor(shownUrl(urls[0])), { url: shownUrl(urls[0]), ...digest });
    }
    case 'file': {
      // Checked before anything is unpacked, so that a wrong file never reaches the unpackers.
      const digest = await digestFile(source.path);
      checkDigest(source.path, digest, source.expected);
      return unpacked(source.path, source.name, writerFor(source.path), { path: source.name, ...digest });
    }
    case 'folder': {
      if (source.expected.sha256 !== undefined) {
        watcher.onLog('`path` is a folder: `sha256` is that of an archive and was not checked', 'warning');
      }
      const writer = writerFor(source.path);
      await copyFolder(source.path, writer);
      const files = writer.finish();
      return { origin: { path: source.name, bytes: totalBytes(files), sha256: listDigest(files) }, files };
    }
    case 'embedded': {
      const languages: string[] = Object.values(EMBEDDED_LANGUAGES);
      if (!languages.includes(params.source) || !languages.includes(params.target)) {
        throw new FetchError(
          `The embedded corpus is in ${languages.join(' and ')}, not in ${params.source} and ${params.target}.`,
        );
      }
      const writer = writerFor(`the embedded corpus "${source.corpus}"`);
      const version = await writeTypescriptCorpus(writer);
      const files = writer.finish();
      return { origin: { embedded: source.corpus, version, sha256: listDigest(files) }, files };
    }
    default:
      return source satisfies never;
  }
}

async function unpacked(
  path: string,
  name: string,
  writer: FolderWriter,
  origin: Origin,
): Promise<Pick<RawCorpus, 'origin' | 'files'>> {
  await unpack(path, name, writer);
  return { origin, files: writer.finish() };
}

/** Last part of a URL's path: what a browser would call the file. */
function urlName(url: string): string {
  const name = basename(new URL(url).pathname) || 'data';
  try {
    return basename(decodeURIComponent(name));
  } catch {
    // A percent sign that escapes nothing stands for itself.
    return name;
  }
}
