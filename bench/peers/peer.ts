import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A Python program that answers one line of JSON with one line of JSON. */
export class Peer {
  private readonly child: ChildProcessByStdio<Writable, Readable, null>;
  private readonly answers: Interface;
  /** Rejected when the program ends. */
  private readonly ended: Promise<never>;

  constructor(script: string, environment: Record<string, string> = {}) {
    const { OPENBLAS_CORETYPE: _a, OPENBLAS_L2_SIZE: _b, ...inherited } = process.env;
    this.child = spawn(python(), [path.join('bench/peers', script)], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...inherited, ...environment } });
    this.answers = createInterface({ input: this.child.stdout });
    this.ended = once(this.child, 'exit').then(([code]) => Promise.reject(new Error(`the peer ended with ${code}`)));
    this.ended.catch(() => {});
  }

  async ask<Answer>(request: object): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await Promise.race([once(this.answers, 'line'), this.ended]);
    return JSON.parse(line[0] as string) as Answer;
  }

  end(): void {
    this.child.stdin.end();
  }
}

/** A Python with the peers in it: SHRINKNAS_PYTHON, or one that is set up here on first use from PyPI. */
function python(): string {
  if (process.env.SHRINKNAS_PYTHON) return process.env.SHRINKNAS_PYTHON;
  const folder = path.resolve('node_modules/.cache/shrinknas/peers');
  const program = path.join(folder, 'bin/python');
  if (!existsSync(program)) {
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(program, ['-m', 'pip', 'install', '--quiet', 'torch', 'numpy'], { stdio: 'inherit' });
  }
  return program;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
