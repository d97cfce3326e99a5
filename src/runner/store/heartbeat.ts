import { Worker } from 'node:worker_threads';

/** File in a lock's folder that its holder keeps changing: the seconds for which it has had the lock. */
export const beatFile = 'beat';

/** File in a lock's folder that names its holder. */
export const holderFile = 'holder.json';

/**
 * The thread writes over a file that is there: on a network file system, who opens a file sees what was last closed,
 * while a folder's names may be remembered for a minute. A disk that takes nothing now may do so at the next beat.
 */
const program = `
const { closeSync, openSync, readFileSync, writeFileSync, writeSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const held = new Map();
parentPort.on('message', ({ folder, token, began }) => {
  if (token === undefined) held.delete(folder);
  else held.set(folder, { token, began });
});
const holderOf = (folder) => {
  try {
    return JSON.parse(readFileSync(folder + '/${holderFile}', 'utf8')).token;
  } catch (error) {
    return error.code === undefined || error.code === 'ENOENT' ? null : undefined;
  }
};
// In its place: on a full disk a file cannot be written anew.
const write = (file, text) => {
  let descriptor;
  try {
    descriptor = openSync(file, 'r+');
  } catch {
    return writeFileSync(file, text);
  }
  try {
    writeSync(descriptor, text, 0);
  } finally {
    closeSync(descriptor);
  }
};
setInterval(() => {
  for (const [folder, { token, began }] of held) {
    const holder = holderOf(folder);
    if (holder !== undefined && holder !== token) {
      held.delete(folder);
      parentPort.postMessage({ folder, token });
      continue;
    }
    try {
      write(folder + '/${beatFile}', String((Date.now() - began) / 1000).padEnd(20));
    } catch {}
  }
}, workerData);
`;

/**
 * Has the locks of this process show that it lives. In a thread of its own: the runner reads gigabytes at a time, and
 * does nothing else meanwhile.
 */
export class Heartbeat {
  readonly #worker: Worker;
  /** By token. */
  readonly #losses = new Map<string, () => void>();

  /** @param milliseconds between two beats */
  constructor(milliseconds: number) {
    this.#worker = new Worker(program, {
      eval: true,
      workerData: milliseconds,
      stdin: false,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });
    this.#worker.on('message', ({ token }: { token: string }) => {
      this.#losses.get(token)?.();
      this.#losses.delete(token);
    });
    this.#worker.unref();
  }

  /** @param onLoss called when the lock has another holder, or none */
  start(folder: string, token: string, onLoss: () => void): void {
    this.#losses.set(token, onLoss);
    this.#worker.postMessage({ folder, token, began: Date.now() });
  }

  stop(folder: string, token: string): void {
    this.#losses.delete(token);
    this.#worker.postMessage({ folder });
  }
}
