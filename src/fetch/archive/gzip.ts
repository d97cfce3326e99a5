import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { FetchError, reasonOf } from '../error.ts';
import { checkRatio } from '../limits.ts';
import { through } from './decompress.ts';

/** Content of the gzip file at `path`. `origin` is what messages call it; damage, a cut end and bombs throw. */
export async function* gunzipped(path: string, origin: string): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  let bytes = 0;
  try {
    for await (const chunk of through(createReadStream(path), createGunzip())) {
      bytes += chunk.length;
      checkRatio(origin, bytes, size);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof FetchError) throw error;
    throw new FetchError(
      `${origin} is cut short or damaged after ${bytes} unpacked bytes: ${reasonOf(error)}. Get it again.`,
      { cause: error },
    );
  }
}

/** `train.de.gz` holds `train.de`. */
export function gunzippedName(name: string): string {
  return name.replace(/(?<=[^/])\.gz$/i, '');
}
