/** Bytes that may lie idle; beyond that, what was idle the longest goes. */
const mostIdleBytes = 2 ** 31;

/**
 * Arrays that are used again: a training step makes a few hundred, and new memory costs a page fault for every 4 kB. They lie in
 * buffers of a few sizes, up to an eighth longer than asked for, since every batch and subnet has lengths of its own. What is taken
 * holds whatever it held before.
 */
export class ArrayPool {
  /** By size, the size that was used last at the end. */
  private readonly idle = new Map<number, ArrayBufferLike[]>();
  /** Memory that this pool gave out and that nobody else has seen. */
  private readonly owned = new WeakSet<ArrayBufferLike>();
  private idleBytes = 0;

  constructor(private readonly limit = mostIdleBytes) {}

  take(length: number): Float32Array {
    const bytes = bufferSize(4 * length);
    const shelf = this.idle.get(bytes);
    let buffer = shelf?.pop();
    if (buffer) {
      this.idleBytes -= bytes;
      this.touch(bytes, shelf!);
    } else {
      buffer = new ArrayBuffer(bytes);
      this.owned.add(buffer);
    }
    return new Float32Array(buffer, 0, length);
  }

  /** Takes an array back. One that came from elsewhere, or was shown to others, is ignored. */
  give(array: unknown): void {
    if (!(array instanceof Float32Array) || !this.owned.has(array.buffer)) return;
    const { buffer } = array;
    const shelf = this.idle.get(buffer.byteLength) ?? [];
    shelf.push(buffer);
    this.idleBytes += buffer.byteLength;
    this.touch(buffer.byteLength, shelf);
    this.evict();
  }

  /** Somebody else has this array, or a part of it, now: its memory is never used again. */
  disown(array: unknown): void {
    if (array instanceof Float32Array) this.owned.delete(array.buffer);
  }

  private touch(bytes: number, shelf: ArrayBufferLike[]): void {
    this.idle.delete(bytes);
    this.idle.set(bytes, shelf);
  }

  private evict(): void {
    for (const [bytes, shelf] of this.idle) {
      while (shelf.length > 0 && this.idleBytes > this.limit) {
        shelf.pop();
        this.idleBytes -= bytes;
      }
      if (this.idleBytes <= this.limit) return;
      this.idle.delete(bytes);
    }
  }
}

/** Eight sizes between a power of two and the next; small arrays have 1 kB. */
function bufferSize(bytes: number): number {
  const step = 2 ** Math.max(10, Math.floor(Math.log2(Math.max(bytes, 1))) - 3);
  return Math.max(1, Math.ceil(bytes / step)) * step;
}
