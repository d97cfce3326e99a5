/** Bytes that may lie idle; what comes back beyond that is left to the garbage collector. */
const mostIdleBytes = 2 ** 31;

/**
 * Arrays by exact length, to be used again: a training step makes the same few hundred sizes every time, and new memory costs a page
 * fault for every 4 kB. What is taken holds whatever it held before.
 */
export class ArrayPool {
  private readonly idle = new Map<number, Float32Array[]>();
  /** Memory that this pool gave out and that nobody else has seen. */
  private readonly owned = new WeakSet<ArrayBufferLike>();
  private idleBytes = 0;

  take(length: number): Float32Array {
    const array = this.idle.get(length)?.pop();
    if (array) {
      this.idleBytes -= array.byteLength;
      return array;
    }
    const fresh = new Float32Array(length);
    this.owned.add(fresh.buffer);
    return fresh;
  }

  /** Takes an array back. One that came from elsewhere, or was shown to others, is ignored. */
  give(array: unknown): void {
    if (!(array instanceof Float32Array) || !this.owned.has(array.buffer) || this.idleBytes + array.byteLength > mostIdleBytes) return;
    const shelf = this.idle.get(array.length);
    if (shelf) shelf.push(array);
    else this.idle.set(array.length, [array]);
    this.idleBytes += array.byteLength;
  }

  /** Somebody else has this array, or a part of it, now: its memory is never used again. */
  disown(array: unknown): void {
    if (array instanceof Float32Array) this.owned.delete(array.buffer);
  }
}
