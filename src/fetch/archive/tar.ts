import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Header as TarHeader } from 'tar-stream';
import { FetchError, reasonOf } from '../error.ts';
import type { ByteStream, FolderWriter } from '../writer.ts';

const BLOCK = 512;

/** `tar-stream` decodes more of a header than its types tell. */
interface Header extends TarHeader {
  /** Where the content begins. */
  byteOffset: number;
  pax: Record<string, string> | null;
}

/**
 * Unpacks a tar stream (ustar, pax, GNU long names) to `writer`. Links, devices, sparse
 * files and unknown members throw.
 */
export async function unpackTar(content: ByteStream, writer: FolderWriter): Promise<void> {
  // Without a format mark, as Unix v7 wrote it, the header's checksum still has to hold.
  const extraction = extract({ allowUnknownFormat: true } as Parameters<typeof extract>[0]);
  const end = new ArchiveEnd();
  let member = '';

  async function unpackMembers(): Promise<void> {
    for await (const entry of extraction) {
      const header = entry.header as Header;
      member = header.name;
      end.lastMember = header;
      const path = acceptMember(header, writer);
      if (path === undefined) entry.resume();
      else await writer.write(path, entry as AsyncIterable<Uint8Array>);
    }
  }

  const outcomes = await Promise.allSettled([pipeline(end.watch(content), extraction), unpackMembers()]);
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (errors.length > 0) {
    // When one side fails, the other fails because its stream was closed: a FetchError, if there is one, is the cause.
    const error = errors.find((reason) => reason instanceof FetchError) ?? errors[0];
    if (error instanceof FetchError) throw error;
    const place = member === '' ? 'at its beginning' : `in or after its member ${JSON.stringify(member)}`;
    throw new FetchError(`${writer.origin} is cut short or damaged ${place}: ${reasonOf(error)}. Get it again.`, {
      cause: error,
    });
  }
  if (!end.reached) {
    throw new FetchError(
      `${writer.origin} is cut short after its member ${JSON.stringify(member)}: the end mark is missing.`
        + ' Get it again.',
    );
  }
}

/** Path to write a member to, or undefined for folders and for what is left out. */
function acceptMember(header: Header, writer: FolderWriter): string | undefined {
  const sparse = Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse.'));
  switch (header.type) {
    case 'directory':
      // `./` is how tar names the packed folder itself.
      if (!/^\.?\/?$/.test(header.name)) writer.check(header.name);
      return undefined;
    case 'file':
    case 'contiguous-file':
      if (sparse) throw writer.refusal(header.name, 'it is a sparse file');
      if (header.name.endsWith('/')) {
        // Before ustar, a closing slash was what made a folder.
        if (header.size > 0) throw writer.refusal(header.name, 'it is a folder with content');
        writer.check(header.name);
        return undefined;
      }
      return writer.accept(header.name);
    case 'link':
      throw writer.refusal(header.name, `it is a hard link to ${JSON.stringify(header.linkname)}`);
    case 'symlink':
      throw writer.refusal(header.name, `it is a symbolic link to ${JSON.stringify(header.linkname)}`);
    case 'character-device':
    case 'block-device':
    case 'fifo':
      throw writer.refusal(header.name, 'it is a device or a pipe');
    default:
      throw writer.refusal(header.name, 'it is of an unknown type');
  }
}

/**
 * Watches for the blocks of zeros that close an archive: `tar-stream` does without, so that an archive cut between two
 * members would pass for whole.
 */
class ArchiveEnd {
  lastMember?: Header;
  private bytes = 0;
  private tail: Uint8Array = new Uint8Array(0);

  async *watch(chunks: ByteStream): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytes += chunk.length;
      this.tail = chunk.length >= BLOCK ? chunk.slice(-BLOCK) : Buffer.concat([this.tail, chunk]).subarray(-BLOCK);
      yield chunk;
    }
  }

  /** Whether at least one whole block follows the last member's content, and the last one is all zeros. */
  get reached(): boolean {
    const { byteOffset, size, type } = this.lastMember ?? { byteOffset: 0, size: 0 };
    const contentBlocks = type === 'directory' ? 0 : Math.ceil(size / BLOCK);
    return this.bytes >= byteOffset + (contentBlocks + 1) * BLOCK && this.tail.every((byte) => byte === 0);
  }
}
