import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { checkDigest, digestFile } from '../digest.ts';
import type { FileDigest, Expected } from '../digest.ts';
import { FetchError, reasonOf } from '../error.ts';
import { attempt } from './attempt.ts';
import type { AttemptOptions } from './attempt.ts';
import { AttemptError } from './http.ts';
import { PartFile } from './part.ts';

export interface DownloadOptions extends Pick<AttemptOptions, 'maxBytes' | 'onProgress'> {
  /** Mirrors in the order to try: `http:`, `https:` or `file:`. */
  urls: readonly string[];
  /** A checksum, or at least a size. */
  expected: Expected;
  /** Keeps an unfinished download from one call to the next. */
  folder: string;
  onLog: (message: string, level: 'info' | 'warning') => void;
  patience?: Patience;
}

/** How long to wait for a server, and how often to try. */
export interface Patience {
  /** Silence after which a connection is given up. */
  idleMs: number;
  /** Pause before the first new try; doubled each time. */
  pauseMs: number;
  /** Tries in a row at one address that bring nothing new. */
  tries: number;
}

const PATIENCE: Patience = { idleMs: 30_000, pauseMs: 1_000, tries: 3 };

/** Most tries at one address, even if each brings something new. */
const MAX_TRIES = 50;

/**
 * Gets a file from the first mirror that has it whole and right, and gives its path, which lies in `folder` unless the
 * mirror is a `file:` URL. Throws a `FetchError` that tells what each mirror answered and how to do without.
 */
export async function download(options: DownloadOptions): Promise<{ path: string; digest: FileDigest }> {
  const part = new PartFile(options.folder);
  const earlier = await verified(part.whole, options.expected);
  if (earlier !== undefined) return { path: part.whole, digest: earlier };
  await rm(part.whole, { force: true });

  const problems: string[] = [];
  for (const address of options.urls) {
    const url = parseUrl(address);
    try {
      const found = url.protocol === 'file:' ? await local(url, options) : await fromServer(url, part, options);
      const { bytes, sha256 } = found.digest;
      if (options.expected.sha256) options.onLog(`${shownUrl(address)}: ${bytes} bytes, SHA-256 as expected`, 'info');
      else
        options.onLog(
          `${shownUrl(address)}: the size is right, no checksum is known; write "sha256": "${sha256}" to pin this file`,
          'warning',
        );
      return found;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      problems.push(`  ${shownUrl(address)}: ${error.message}`);
      options.onLog(`${shownUrl(address)}: ${error.message}`, 'warning');
    }
  }
  throw new FetchError(notToBeHad(problems, options.expected));
}

/** Without a password that may stand in it. */
export function shownUrl(address: string): string {
  const url = parseUrl(address);
  url.username = '';
  url.password = '';
  return url.href;
}

function parseUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw new FetchError(
      `\`url\` ${JSON.stringify(address)} is not an http, https or file URL. For a file on this machine, use \`path\`.`,
    );
  }
  return url;
}

/** FileDigest of the file at `path` if it is there and right. */
async function verified(path: string, expected: Expected): Promise<FileDigest | undefined> {
  try {
    const digest = await digestFile(path);
    checkDigest(path, digest, expected);
    return digest;
  } catch {
    return undefined;
  }
}

async function local(url: URL, { expected }: DownloadOptions): Promise<{ path: string; digest: FileDigest }> {
  try {
    const path = fileURLToPath(url);
    const digest = await digestFile(path);
    checkDigest('it', digest, expected);
    return { path, digest };
  } catch (error) {
    throw new AttemptError(reasonOf(error), false, { cause: error });
  }
}

async function fromServer(
  url: URL,
  part: PartFile,
  options: DownloadOptions,
): Promise<{ path: string; digest: FileDigest }> {
  const { idleMs, pauseMs, tries } = options.patience ?? PATIENCE;
  const { expected, maxBytes, onProgress } = options;
  let best = await part.size();
  let failures = 0;
  for (let all = 1; ; all++) {
    try {
      const { resumed } = await attempt(url, part, { bytes: expected.bytes, maxBytes, idleMs, onProgress });
      return await accept(part, expected, resumed);
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      const size = await part.size();
      failures = size > best ? 1 : failures + 1;
      best = Math.max(best, size);
      if (!error.retry || failures >= tries || all >= MAX_TRIES) throw error;
      options.onLog(`${shownUrl(url.href)}: ${error.message}; trying again`, 'info');
      await delay(pauseMs * 2 ** (failures - 1));
    }
  }
}

async function accept(
  part: PartFile,
  expected: Expected,
  resumed: boolean,
): Promise<{ path: string; digest: FileDigest }> {
  const digest = await digestFile(part.path);
  try {
    checkDigest('it', digest, expected);
  } catch (error) {
    await part.discard();
    // A resumed download may have joined two versions: one try from the beginning may succeed.
    throw new AttemptError(reasonOf(error), resumed, { cause: error });
  }
  await part.complete();
  return { path: part.whole, digest };
}

function notToBeHad(problems: string[], { sha256, bytes }: DownloadOptions['expected']): string {
  return [
    'The raw corpus could not be downloaded:',
    ...problems,
    'Get it from one of these addresses by other means, then give the file as the parameter `path` of this '
      + 'stage, for instance',
    '`--set corpus.path=FILE` if the stage is called "corpus" in the pipeline.',
    'The right file has '
      + `${[sha256 && `the SHA-256 ${sha256.toLowerCase()}`, bytes !== undefined && `${bytes} bytes`].filter(Boolean).join(' and ')}.`,
  ].join('\n');
}
