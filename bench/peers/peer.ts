import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type PythonEnvironment, pythonProgram } from './python.ts';

/** A peer that does not start, or does not do what it is asked. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

/**
 * A program of this folder in a process of its own that answers one line of JSON with one line
 * of JSON, until its input ends.
 */
export class Peer {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly answers: Interface;
  /** Rejected when the program ends. */
  private readonly ended: Promise<never>;

  private constructor(
    private readonly script: string,
    program: string,
    args: string[],
    environment: Record<string, string>,
  ) {
    // They would bend OpenBLAS's own choice of kernels.
    const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...inherited } = process.env;
    this.child = spawn(program, [...args, path.resolve('bench/peers', script)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...inherited, ...environment },
    });
    this.answers = createInterface({ input: this.child.stdout });
    this.ended = new Promise((_, reject) => {
      this.child.once('error', (cause) =>
        reject(new PeerError(`${script} does not start: ${cause.message}. Is ${program} a program?`, { cause })),
      );
      this.child.once('exit', (code, signal) =>
        reject(new PeerError(`${script} ended before it answered (${signal ?? `exit code ${code}`}).`)),
      );
    });
    this.ended.catch(() => {});
    // A request to a program that is gone fails by `ended`, which says more.
    this.child.stdin.on('error', () => {});
  }

  /** @param packages that it imports; those of training unless told */
  static python(script: string, environment: Record<string, string> = {}, packages?: PythonEnvironment): Peer {
    return new Peer(script, pythonProgram(packages), [], environment);
  }

  /** A program that has been bundled already. */
  static bundle(file: string, environment: Record<string, string>): Peer {
    return new Peer(file, process.execPath, [], environment);
  }

  static node(script: string): Peer {
    return new Peer(script, process.execPath, ['scripts/run.js'], {});
  }

  /** Throws a `PeerError` where the program ends instead, or answers with an `error`. */
  async ask<Answer>(request: object): Promise<Answer> {
    const line = once(this.answers, 'line');
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const [text] = await Promise.race([line, this.ended]);
    const answer = JSON.parse(text as string) as Answer | { error: string };
    if (typeof answer === 'object' && answer !== null && 'error' in answer)
      throw new PeerError(`${this.script}: ${answer.error}`);
    return answer as Answer;
  }

  /** Resolves once the program has ended, so that what is measured next has its memory and its cores. */
  async end(): Promise<void> {
    this.child.stdin.end();
    await this.ended.catch(() => {});
  }
}
