import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Diagnostic, ExitCode } from '../diagnostic.ts';
import { hasCode, isMissing, readJson, removeTree, uniqueSuffix, writeAtomically } from './files.ts';
import { isAlive, processStart } from './process.ts';

export interface LockHolder {
  pid: number;
  host: string;
  pipeline: string;
  /** The run that it executes stages of, once that has begun. */
  run?: string;
  /** Stages that it is executing. */
  stages: string[];
  /** ISO 8601. */
  since: string;
  /** Tells the process from a later one with the same id, where the system says. */
  processStart?: string;
}

const pollMilliseconds = 200;

/** A holder is named within this time of taking the lock; later, it died in between. */
const unnamedMilliseconds = 5000;

/** A stage's process notices within this time that its runner is gone (`execute/orphan.ts`). */
const orphanMilliseconds = 1000;

/** The right to execute stages in one `runs/` folder: a folder `lock/` with the holder's name in it. Reading needs no lock. */
export class RunLock {
  readonly #folder: string;
  readonly #holder: LockHolder;

  private constructor(folder: string, holder: LockHolder) {
    this.#folder = folder;
    this.#holder = holder;
    this.#announce();
  }

  /**
   * Takes the lock, waiting while another process has it. A holder of this host that died is noticed by its process id.
   * @param options.timeout seconds to wait
   * @param options.onWait called once for each holder that is waited for
   * @throws Diagnostic (exit code 75) when the time is over; the signal's reason when it aborts
   */
  static async acquire(folder: string, options: {
    pipeline: string;
    timeout: number;
    onWait?: (holder: string) => void;
    signal?: AbortSignal;
  }): Promise<RunLock> {
    mkdirSync(path.dirname(folder), { recursive: true });
    const deadline = Date.now() + options.timeout * 1000;
    let named: string | undefined;
    for (;;) {
      options.signal?.throwIfAborted();
      if (tryMkdir(folder)) {
        return new RunLock(folder, {
          pid: process.pid, host: os.hostname(), pipeline: options.pipeline, stages: [], since: new Date().toISOString(),
          processStart: processStart(process.pid),
        });
      }
      if (removeIfStale(folder)) {
        // The dead runner's stages may live a moment longer and still write to the progress that this run will read.
        await sleep(orphanMilliseconds);
        continue;
      }
      const holder = readHolder(folder);
      const name = holder === undefined ? 'another run' : describe(holder);
      if (Date.now() >= deadline) throw timedOut(folder, name, options.timeout);
      if (holder !== undefined && named !== `${holder.pid} ${holder.since}`) {
        named = `${holder.pid} ${holder.since}`;
        options.onWait?.(name);
      }
      await sleep(Math.max(1, Math.min(pollMilliseconds, deadline - Date.now())));
    }
  }

  /** Tells others what is being executed. */
  setStages(run: string, stages: string[]): void {
    Object.assign(this.#holder, { run, stages });
    this.#announce();
  }

  release(): void {
    const holder = readHolder(this.#folder);
    // Someone may have removed the lock by hand, and another run may have it now.
    if (holder?.pid === this.#holder.pid && holder.since === this.#holder.since) removeTree(this.#folder);
  }

  #announce(): void {
    writeAtomically(path.join(this.#folder, 'holder.json'), JSON.stringify(this.#holder), { durable: false });
  }
}

/** The run whose stages are being executed now, if there is one, as far as can be told from this host. */
export function liveRun(folder: string): string | undefined {
  return isStale(folder) ? undefined : readHolder(folder)?.run;
}

function tryMkdir(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function readHolder(folder: string): LockHolder | undefined {
  return readJson(path.join(folder, 'holder.json')) as LockHolder | undefined;
}

function ageOf(folder: string): number {
  try {
    return Date.now() - statSync(folder).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

function isStale(folder: string): boolean {
  const holder = readHolder(folder);
  if (holder === undefined) return ageOf(folder) > unnamedMilliseconds;
  if (holder.host !== os.hostname()) return false;
  return !isAlive(holder.pid) || (holder.processStart !== undefined && processStart(holder.pid) !== holder.processStart);
}

/** Removes a dead holder's lock. Of those who notice at once, one does it, so that nobody removes the lock of its successor. */
function removeIfStale(folder: string): boolean {
  if (!isStale(folder)) return false;
  const mutex = `${folder}.takeover`;
  if (!tryMkdir(mutex)) {
    // Taking over lasts milliseconds: whoever began it long ago died on the way.
    if (ageOf(mutex) > unnamedMilliseconds) rmSync(mutex, { recursive: true, force: true });
    return false;
  }
  try {
    if (!isStale(folder)) return false;
    const aside = `${folder}.stale-${uniqueSuffix()}`;
    renameSync(folder, aside);
    removeTree(aside);
    return true;
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  } finally {
    rmSync(mutex, { recursive: true, force: true });
  }
}

function describe(holder: LockHolder): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(holder.since)) / 1000));
  const doing = holder.stages.length === 0 ? '' : `, executing ${holder.stages.join(', ')}`;
  return `process ${holder.pid} on ${holder.host} (pipeline ${holder.pipeline}${doing}, for ${seconds} s)`;
}

function timedOut(folder: string, holder: string, timeout: number): Diagnostic {
  return new Diagnostic(`${path.dirname(folder)} is in use by ${holder}; gave up after waiting ${timeout} s`, {
    exitCode: ExitCode.lock,
    hint: `Wait for it, stop it, or allow more time with --lock-timeout; if that process is gone for good, remove ${folder}.`,
  });
}
