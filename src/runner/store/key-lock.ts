import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode, isMissing, readJson, removeTree, uniqueSuffix, writeAtomically } from '../../disk/files.ts';
import type { ProcessMark } from './liveness.ts';
import { isGone, markOfThisProcess } from './liveness.ts';

/** For what a key is executed. */
export interface KeyClaim {
  pipeline: string;
  run: string;
  stage: string;
}

/** Who executes a key. */
export type KeyHolder = ProcessMark & KeyClaim;

/** A holder is named within this time of taking the lock; later, it died in between. */
const unnamedMilliseconds = 5000;

/** A stage's process notices within this time that its runner is gone (`execute/local/orphan.ts`). */
const orphanMilliseconds = 1000;

/**
 * The right to execute one key, and to write to its progress: a folder with the holder's name in it. Reading needs no
 * lock.
 */
export class KeyLock {
  readonly #folder: string;
  readonly #holder: KeyHolder;
  readonly #quiet: Promise<unknown>;

  private constructor(folder: string, claim: KeyClaim, quiet: Promise<unknown>) {
    this.#folder = folder;
    this.#holder = { ...markOfThisProcess(), ...claim };
    this.#quiet = quiet;
    writeAtomically(path.join(folder, 'holder.json'), JSON.stringify(this.#holder), { durable: false });
  }

  /**
   * Takes the lock if it is free, or if its holder is known to have ended.
   * @returns the lock, or who has it: `undefined` for a holder that is only just taking it
   */
  static tryTake(folder: string, claim: KeyClaim): { lock: KeyLock } | { holder: KeyHolder | undefined } {
    mkdirSync(path.dirname(folder), { recursive: true });
    if (tryMkdir(folder)) return { lock: new KeyLock(folder, claim, Promise.resolve()) };
    if (removeIfStale(folder) && tryMkdir(folder)) {
      return { lock: new KeyLock(folder, claim, sleep(orphanMilliseconds)) };
    }
    return { holder: readHolder(folder) };
  }

  /** Resolves when nothing of an earlier holder that was killed can still write to the key's progress. */
  async quiet(): Promise<void> {
    await this.#quiet;
  }

  release(): void {
    const holder = readHolder(this.#folder);
    // Someone may have removed the lock by hand, and another run may have it now.
    if (holder?.pid === this.#holder.pid && holder.since === this.#holder.since) removeTree(this.#folder);
  }
}

/** `process 4711 on bach (pipeline iwslt, executing train.1, for 90 s)` */
export function describeHolder({ pid, host, pipeline, stage, since }: KeyHolder): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
  return `process ${pid} on ${host} (pipeline ${pipeline}, executing ${stage}, for ${seconds} s)`;
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

function readHolder(folder: string): KeyHolder | undefined {
  // Whatever of it is damaged: as long as it names a process, that one is asked.
  const { pid, host, ...rest } = (readJson(path.join(folder, 'holder.json')) ?? {}) as Partial<KeyHolder>;
  return Number.isSafeInteger(pid) && pid! > 0 && typeof host === 'string'
    ? ({ pid, host, ...rest } as KeyHolder)
    : undefined;
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
  return holder === undefined ? ageOf(folder) > unnamedMilliseconds : isGone(holder);
}

/**
 * Removes a dead holder's lock. Of those who notice at once, one does it, so that nobody removes the lock of its
 * successor.
 */
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
