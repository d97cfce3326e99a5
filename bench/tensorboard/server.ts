import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerError } from '../peers/peer.ts';

/** Seconds that it may take to start and to read what is there. */
const patience = 120;

/** Of a series: more than any has, since it samples of longer ones, and takes 0 for none. */
const mostPoints = 1_000_000;

/** TensorBoard on a folder, asked by its HTTP interface. */
export class TensorBoard {
  readonly #child: ChildProcess;
  readonly #address: string;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.#address = address;
  }

  /** Resolves once it knows all runs and their tags. Throws a `PeerError` where it ends instead, or takes too long. */
  static async start(python: string, folder: string): Promise<TensorBoard> {
    const port = await freePort();
    // The reader that is written in Python: the other is a program of its own, which not every system has.
    const words = ['-m', 'tensorboard.main', '--logdir', folder, '--host', '127.0.0.1', '--port', String(port)];
    const child = spawn(python, [...words, '--samples_per_plugin', `scalars=${mostPoints}`, '--load_fast', 'false'], {
      stdio: 'ignore',
    });
    const board = new TensorBoard(child, `http://127.0.0.1:${port}/data`);
    try {
      await board.#untilStill();
      return board;
    } catch (error) {
      await board.stop();
      throw error;
    }
  }

  /** Until two looks, a second apart, show the same. */
  async #untilStill(): Promise<void> {
    let before = '';
    for (let second = 0; second < patience; second++) {
      await sleep(1000);
      if (this.#child.exitCode !== null)
        throw new PeerError(`TensorBoard ended before it answered (exit code ${this.#child.exitCode}).`);
      const now = await this.#whole().catch(() => '');
      if (now !== '' && now === before) return;
      before = now;
    }
    throw new PeerError(`TensorBoard did not show the runs within ${patience} s.`);
  }

  async #whole(): Promise<string> {
    const shown = [await this.tags('scalars'), await this.tags('text'), await this.tags('histograms')];
    return shown.every((tags) => Object.keys(tags).length === 0) ? '' : JSON.stringify(shown);
  }

  async version(): Promise<string> {
    return (await this.#ask<{ version: string }>('environment')).version;
  }

  /** Tags by run. */
  async tags(plugin: 'scalars' | 'text' | 'histograms'): Promise<Record<string, string[]>> {
    const tags = await this.#ask<Record<string, object>>(`plugin/${plugin}/tags`);
    return Object.fromEntries(
      Object.entries(tags).map(([run, of]) => [run, Array.isArray(of) ? (of as string[]) : Object.keys(of)]),
    );
  }

  /** Wall time, step and value of each point. */
  scalars(run: string, tag: string): Promise<[number, number, number][]> {
    return this.#ask(`plugin/scalars/scalars?${new URLSearchParams({ run, tag })}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.kill()) return;
    await once(this.#child, 'exit');
  }

  async #ask<Answer>(what: string): Promise<Answer> {
    const response = await fetch(`${this.#address}/${what}`);
    if (!response.ok) throw new PeerError(`TensorBoard answers ${response.status} to ${what}.`);
    return (await response.json()) as Answer;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
