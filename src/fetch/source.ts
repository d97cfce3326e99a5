import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import type { RawCorpus } from '../text/corpora/raw-corpus.ts';
import type { CorpusFormatName } from '../text/formats/table.ts';
import type { Expected } from './digest.ts';
import { EMBEDDED_FORMAT } from './embedded.ts';
import { FetchError, reasonOf } from './error.ts';
import type { Limits } from './limits.ts';

/** Parameters of the stage, as `schemas/stages/fetch.json` describes them. */
export interface FetchOptions extends Limits {
  path: string;
  url?: string | string[];
  sha256?: string;
  bytes?: number;
  embedded?: 'typescript';
  format: CorpusFormatName;
  source: string;
  target: string;
  splits?: RawCorpus['splits'];
  include?: string[];
}

/** Where the raw data is to come from. */
export type CorpusSource =
  | { kind: 'file'; path: string; name: string; expected: Expected }
  | { kind: 'folder'; path: string; name: string; expected: Expected }
  | { kind: 'url'; urls: string[]; expected: Expected }
  | { kind: 'embedded'; corpus: 'typescript' };

/** Decides between the sources that the parameters name: a `path` that is not empty wins over a `url`. */
export async function sourceOf(params: FetchOptions): Promise<CorpusSource> {
  const { path, url, sha256, bytes, embedded } = params;
  if (embedded !== undefined) {
    if (path !== '' || url !== undefined)
      throw new FetchError('`embedded` names a corpus of its own: leave out `path` and `url`.');
    if (params.format !== EMBEDDED_FORMAT)
      throw new FetchError(`An embedded corpus has the \`format\` "${EMBEDDED_FORMAT}".`);
    return { kind: 'embedded', corpus: embedded };
  }
  if (path !== '') return localSource(path, { sha256, bytes });
  const urls = url === undefined ? [] : [url].flat();
  if (urls.length === 0)
    throw new FetchError(
      'Nothing tells where the corpus is: give `path`, or `url` with `sha256` or `bytes`, or `embedded`.',
    );
  if (sha256 === undefined && bytes === undefined) {
    throw new FetchError(
      '`url` needs `sha256`, the checksum of the file there (`sha256sum FILE` prints it), or at least its size '
        + 'in `bytes`.',
    );
  }
  return { kind: 'url', urls, expected: { sha256, bytes } };
}

async function localSource(path: string, expected: Expected): Promise<CorpusSource> {
  const absolute = resolve(path.replace(/^~(?=$|\/)/, homedir()));
  const name = basename(absolute);
  try {
    const stats = await stat(absolute);
    if (stats.isFile()) return { kind: 'file', path: absolute, name, expected };
    if (stats.isDirectory()) return { kind: 'folder', path: absolute, name, expected };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = missing ? `does not exist: there is no ${absolute}` : `cannot be read: ${reasonOf(error)}`;
    throw new FetchError(`\`path\` ${JSON.stringify(path)} ${problem}.`, { cause: error });
  }
  throw new FetchError(`\`path\` ${JSON.stringify(path)} is neither a file nor a folder.`);
}
