import { FetchError } from './error.ts';

/** Bounds on what one source may unpack to. */
export interface Limits {
  /** Bytes of all files together, and of the download. */
  maxBytes: number;
  maxFiles: number;
}

/** Most bytes of a path below `files/`, and of one of its parts: what every common file system can hold. */
export const MAX_PATH_BYTES = 1024;
export const MAX_NAME_BYTES = 255;

/**
 * Text shrinks to a third or a tenth, deflate's bound is 1:1032. A source that grows more than 200-fold, once it is
 * past 16 MiB, is a decompression bomb and not a corpus.
 */
const MAX_RATIO = 200;
const RATIO_SLACK_BYTES = 16 * 1024 * 1024;

/** Refuses `unpacked` bytes that came from `packed` bytes of `archive` if that is out of all proportion. */
export function checkRatio(archive: string, unpacked: number, packed: number): void {
  if (unpacked > RATIO_SLACK_BYTES && unpacked > MAX_RATIO * packed) {
    throw new FetchError(
      `${archive} unpacks to more than ${MAX_RATIO} times its size: that is a decompression bomb, not a corpus.`,
    );
  }
}

/** Counts files and bytes against the limits as they are written. */
export class Budget {
  private bytes = 0;
  private files = 0;

  constructor(
    private readonly limits: Limits,
    private readonly origin: string,
  ) {}

  addFile(): void {
    if (++this.files > this.limits.maxFiles) {
      throw new FetchError(
        `${this.origin} holds more than ${this.limits.maxFiles} files.`
          + ' Name the ones to keep with `include`, or raise `maxFiles`.',
      );
    }
  }

  addBytes(count: number): void {
    this.bytes += count;
    if (this.bytes > this.limits.maxBytes) {
      throw new FetchError(
        `${this.origin} unpacks to more than ${this.limits.maxBytes} bytes.`
          + ' Name the files to keep with `include`, or raise `maxBytes`.',
      );
    }
  }
}
