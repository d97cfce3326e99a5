import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { FetchError, reasonOf } from '../error.ts';
import { asAttemptError, AttemptError, get } from './http.ts';
import type { PartFile } from './part.ts';

export interface AttemptOptions {
  /** Exact size, if it is known. */
  bytes?: number;
  /** Most bytes to take. */
  maxBytes: number;
  idleMs: number;
  /** Bytes so far and, if it is known, in all. */
  onProgress: (done: number, total: number | undefined) => void;
}

/**
 * One try at getting the whole of `url` into `part`, going on from what is there if the server still has that version.
 * Throws an `AttemptError`; what came until then stays in the part. Returns whether it went on from an earlier try.
 */
export async function attempt(url: URL, part: PartFile, options: AttemptOptions): Promise<{ resumed: boolean }> {
  const earlier = await part.resumable(resourceOf(url));
  const headers: OutgoingHttpHeaders = { 'accept-encoding': 'identity', 'user-agent': 'shrinknas' };
  if (earlier !== undefined) {
    headers.range = `bytes=${earlier.bytes}-`;
    // Sends the whole instead of the rest when the file has changed in the meantime: RFC 9110, 13.1.5.
    headers['if-range'] = earlier.validator;
  }
  const response = await get(url, headers, options.idleMs);
  try {
    const start = await startOf(response, url, part, earlier?.bytes);
    const total = totalOf(response, start);
    checkTotal(total, options);
    await receive(response, part, start, total, options);
    return { resumed: start > 0 };
  } finally {
    response.destroy();
  }
}

/** Offset at which the response's body begins; leaves in `part` just what comes before. */
async function startOf(
  response: IncomingMessage,
  url: URL,
  part: PartFile,
  asked: number | undefined,
): Promise<number> {
  if (response.statusCode === 200) {
    await part.restart(resourceOf(url), validatorOf(response));
    return 0;
  }
  const start = Number(/^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1] ?? Number.NaN);
  if (response.statusCode === 206 && asked !== undefined && start === asked) return start;
  await part.discard();
  throw new AttemptError('the server could not go on where the download was cut', true);
}

/** The address without a password, which does not belong on a disk. */
function resourceOf(url: URL): string {
  return `${url.origin}${url.pathname}${url.search}`;
}

/** A strong ETag, else the date of the last change: weak ETags must not be used for ranges. */
function validatorOf({ headers }: IncomingMessage): string | undefined {
  return headers.etag?.startsWith('"') ? headers.etag : headers['last-modified'];
}

function totalOf(response: IncomingMessage, start: number): number | undefined {
  const length = response.headers['content-length'];
  return length === undefined ? undefined : start + Number(length);
}

function checkTotal(total: number | undefined, { bytes, maxBytes }: AttemptOptions): void {
  if (total === undefined) return;
  if (bytes !== undefined && total !== bytes)
    throw new AttemptError(`it has ${total} bytes there, not ${bytes}`, false);
  if (total > maxBytes)
    throw new AttemptError(`it has ${total} bytes there, more than the ${maxBytes} of \`maxBytes\``, false);
}

async function receive(
  response: IncomingMessage,
  part: PartFile,
  start: number,
  total: number | undefined,
  { bytes, maxBytes, onProgress }: AttemptOptions,
): Promise<void> {
  const most = bytes ?? maxBytes;
  let failure: AttemptError | undefined;
  let done = start;

  async function* received(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of response) {
        done += (chunk as Buffer).length;
        if (done > most) throw new AttemptError(`more than ${most} bytes came`, false);
        onProgress(done, total ?? bytes);
        yield chunk as Buffer;
      }
    } catch (error) {
      // Noted here, where it is certain that the network failed and not the disk.
      failure = asAttemptError(error as Error);
      throw failure;
    }
    const whole = total ?? bytes;
    if (whole !== undefined && done < whole) failure = new AttemptError(`cut after ${done} of ${whole} bytes`, true);
  }

  const file = await part.append(start);
  try {
    await pipeline(received(), file);
  } catch (error) {
    if (failure === undefined)
      throw new FetchError(`Cannot write the download to ${part.path}: ${reasonOf(error)}.`, { cause: error });
  }
  if (failure !== undefined) throw failure;
}
