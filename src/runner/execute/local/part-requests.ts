import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { PartResult } from '../../stage.ts';
import { StageError, StoppedError } from '../../stage.ts';
import type { PartRequest } from '../job.ts';
import type { EventPipe } from './event-pipe.ts';
import type { PartsReply } from './protocol.ts';

interface Pending {
  resolve: (results: PartResult[]) => void;
  reject: (error: Error) => void;
}

/** Asks the runner for parts, and waits for its answers. */
export class PartRequests {
  readonly #pipe: EventPipe;
  readonly #descriptor: number;
  readonly #pending = new Map<number, Pending>();
  #socket: Socket | undefined;
  #asked = 0;

  constructor(pipe: EventPipe, descriptor: number) {
    this.#pipe = pipe;
    this.#descriptor = descriptor;
  }

  /** @throws StageError with the message of the part that failed, StoppedError where parts are stopped */
  send(request: PartRequest): Promise<PartResult[]> {
    this.#socket ??= this.#listen();
    this.#socket.ref();
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#pipe.send({ type: 'parts', id, ...request });
    });
  }

  #listen(): Socket {
    const socket = new Socket({ fd: this.#descriptor, readable: true, writable: false });
    createInterface({ input: socket }).on('line', (line) => this.#take(JSON.parse(line) as PartsReply));
    return socket;
  }

  #take(reply: PartsReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    // A stage that waits for nothing any more must be able to end.
    if (this.#pending.size === 0) this.#socket?.unref();
    if ('error' in reply) pending?.reject(new (reply.stopped ? StoppedError : StageError)(reply.error));
    else pending?.resolve(reply.results);
  }
}
