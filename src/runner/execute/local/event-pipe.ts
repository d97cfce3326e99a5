import { writeSync } from 'node:fs';
import { hasCode } from '../../../disk/files.ts';
import type { HostMessage } from './protocol.ts';

const pauseMilliseconds = 1;

/**
 * Sends messages to the runner, one JSON object a line. Synchronously: a stage that computes without a pause starves
 * streams.
 */
export class EventPipe {
  readonly #descriptor: number;
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Returns when the message is in the pipe. Ends the process when nobody reads it any more. */
  send(message: HostMessage): void {
    const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
    for (let sent = 0; sent < bytes.length;) {
      try {
        sent += writeSync(this.#descriptor, bytes, sent);
      } catch (error) {
        if (hasCode(error, 'EPIPE', 'ECONNRESET')) process.kill(process.pid, 'SIGKILL');
        // The pipe is full.
        if (!hasCode(error, 'EAGAIN')) throw error;
        Atomics.wait(this.#pause, 0, 0, pauseMilliseconds);
      }
    }
  }
}
