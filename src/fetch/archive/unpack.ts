import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FolderWriter } from '../writer.ts';
import { gunzipped, gunzippedName } from './gzip.ts';
import { kindOf } from './kind.ts';
import { unpackTar } from './tar.ts';
import { unpackZip } from './zip.ts';

/**
 * Writes what the file at `path` holds to `writer`: the members of an archive, or the one file that it is, below
 * `name`. Archives within archives stay as they are.
 */
export async function unpack(path: string, name: string, writer: FolderWriter): Promise<void> {
  const kind = await kindOf(path, name);
  switch (kind) {
    case 'tar':
      return unpackTar(createReadStream(path), writer);
    case 'tar.gz':
      return unpackTar(gunzipped(path, writer.origin), writer);
    case 'zip':
      return unpackZip(path, (await stat(path)).size, writer);
    case 'gzip':
      return writeFile(gunzippedName(name), gunzipped(path, writer.origin), writer);
    case 'plain':
      return writeFile(name, createReadStream(path), writer);
    default:
      return kind satisfies never;
  }
}

async function writeFile(name: string, content: AsyncIterable<Uint8Array>, writer: FolderWriter): Promise<void> {
  // The user named this very file, so it is wanted even if it is hidden.
  await writer.write(writer.accept(name) ?? writer.check(name), content);
}
