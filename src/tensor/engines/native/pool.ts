/** Bytes that may lie idle; beyond that, what was idle the longest goes. */
const mostIdleBytes = 1.25 * 2 ** 30;

/** How much larger than needed an idle buffer may be. */
const mostWaste = 2;

/**
 * Arrays that are used again: a training step makes a few hundred, and new memory costs a page fault for every 4 kB.
 * They lie in buffers of a few sizes, up to twice as long as asked for, since every batch and subnet has lengths of its
 * own. What is taken still holds what it was last used for.
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
    return new Float32Array(this.reuse(bytes) ?? this.fresh(bytes), 0, length);
  }

  /** An idle buffer of that size or a little more. */
  private reuse(least: number): ArrayBufferLike | undefined {
    for (let bytes = least; bytes <= mostWaste * least; bytes = bufferSize(bytes + 1)) {
      const shelf = this.idle.get(bytes);
      const buffer = shelf?.pop();
      if (!buffer) continue;
      this.idleBytes -= bytes;
      this.touch(bytes, shelf!);
      return buffer;
    }
    return undefined;
  }

  private fresh(bytes: number): ArrayBuffer {
    const buffer = new ArrayBuffer(bytes);
    this.owned.add(buffer);
    return buffer;
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
