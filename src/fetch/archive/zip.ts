import { createReadStream } from 'node:fs';
import { crc32, createInflateRaw } from 'node:zlib';
import { getFileNameLowLevel, openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { FetchError, reasonOf } from '../error.ts';
import { checkRatio } from '../limits.ts';
import type { FolderWriter } from '../writer.ts';
import { through } from './decompress.ts';

/** Methods of compression: APPNOTE.TXT, 4.4.5. */
const STORED = 0;
const DEFLATED = 8;

/** What lies above the permissions in a Unix mode. */
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const SYMLINK = 0o120000;

/** More members than this are not even listed: a directory of empty entries costs memory, not bytes. */
const MAX_ENTRIES = 1_000_000;

interface Member {
  entry: Entry;
  /** As the archive has it, for messages. */
  name: string;
  /** Undefined for what is left out. */
  path: string | undefined;
  /** Offset of the packed content. */
  start: number;
}

/**
 * Unpacks the zip file at `file`, zip64 included, to `writer`. Every member is checked against the central directory
 * before the first is unpacked; then sizes and CRC-32 are checked on the way.
 */
export async function unpackZip(file: string, archiveBytes: number, writer: FolderWriter): Promise<void> {
  const damaged = (error: unknown): FetchError =>
    error instanceof FetchError
      ? error
      : new FetchError(`${writer.origin} is cut short or damaged: ${reasonOf(error)}. Get it again.`, { cause: error });
  let zip: ZipFile;
  try {
    // Names stay bytes: yauzl would silently turn backslashes into slashes, and they are checked in one place here.
    zip = await openPromise(file, { autoClose: false, decodeStrings: false });
  } catch (error) {
    throw damaged(error);
  }
  try {
    const members = await listMembers(zip, writer);
    await checkLayout(zip, members, writer);
    const kept = members.filter(({ path }) => path !== undefined);
    checkRatio(
      writer.origin,
      kept.reduce((total, { entry }) => total + entry.uncompressedSize, 0),
      archiveBytes,
    );
    for (const member of kept) await writer.write(member.path!, contentOf(file, member, writer.origin));
  } catch (error) {
    throw damaged(error);
  } finally {
    zip.close();
  }
}

async function listMembers(zip: ZipFile, writer: FolderWriter): Promise<Member[]> {
  if (zip.entryCount > MAX_ENTRIES)
    throw new FetchError(`${writer.origin} lists ${zip.entryCount} members, more than ${MAX_ENTRIES}.`);
  const members: Member[] = [];
  for await (const entry of zip.eachEntry()) {
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
    members.push({ entry, name, path: acceptEntry(entry, name, writer), start: 0 });
  }
  return members;
}

/** Path to write a member to, or undefined for folders and for what is left out. */
function acceptEntry(entry: Entry, name: string, writer: FolderWriter): string | undefined {
  // Archivers of other systems than Unix leave the mode 0.
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type === SYMLINK) throw writer.refusal(name, 'it is a symbolic link');
  if (type !== 0 && type !== REGULAR && type !== FOLDER) throw writer.refusal(name, 'it is a device or a pipe');
  if (name.endsWith('/')) {
    if (entry.uncompressedSize > 0) throw writer.refusal(name, 'it is a folder with content');
    writer.check(name);
    return undefined;
  }
  if (entry.isEncrypted()) throw writer.refusal(name, 'it is encrypted');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw writer.refusal(
      name,
      `it is compressed by method ${entry.compressionMethod}, only "stored" (0) and "deflated" (8) are known`,
    );
  }
  return writer.accept(name);
}

/**
 * Finds where members' contents start, and compares the central directory with their own headers: they must agree on
 * names, and no two members may share bytes, which is how a small zip bomb lists the same content thousands of times.
 */
async function checkLayout(zip: ZipFile, members: Member[], writer: FolderWriter): Promise<void> {
  const byOffset = [...members].sort(
    (a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader,
  );
  let previousEnd = 0;
  for (const member of byOffset) {
    const { entry, name } = member;
    if (entry.relativeOffsetOfLocalHeader < previousEnd)
      throw writer.refusal(name, 'it shares bytes with another member');
    const header = await zip.readLocalFileHeaderPromise(entry);
    if (!header.fileName.equals(entry.fileNameRaw))
      throw writer.refusal(name, 'the archive has two different names for it');
    member.start = header.fileDataStart;
    previousEnd = header.fileDataStart + entry.compressedSize;
  }
}

/**
 * Unpacked content of a member, its size and CRC-32 checked. Read here and not by yauzl, whose
 * streams fail before anybody listens.
 */
async function* contentOf(file: string, { entry, name, start }: Member, origin: string): AsyncGenerator<Buffer> {
  const damage = (problem: string, cause?: unknown): FetchError =>
    new FetchError(`${origin} is damaged in its member ${JSON.stringify(name)}: ${problem}. Get it again.`, { cause });
  let bytes = 0;
  let sum = 0;
  if (entry.compressedSize > 0) {
    const packed = createReadStream(file, { start, end: start + entry.compressedSize - 1 });
    const chunks = entry.compressionMethod === STORED ? packed : through(packed, createInflateRaw());
    try {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > entry.uncompressedSize)
          throw damage(`it has more than the ${entry.uncompressedSize} bytes it should have`);
        sum = crc32(chunk, sum);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof FetchError ? error : damage(reasonOf(error), error);
    }
  }
  if (bytes !== entry.uncompressedSize) throw damage(`it has ${bytes} bytes, not ${entry.uncompressedSize}`);
  if (sum !== entry.crc32) throw damage('the CRC-32 is wrong');
}
