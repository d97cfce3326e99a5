import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestText } from '../../disk/digest.ts';
import { hasCode, isMissing, isUnreadable, makeFolder, readJson, removeTree, uniqueSuffix } from '../../disk/files.ts';
import { isRefusal, naming } from '../../disk/refusals.ts';
import { beatFile, Heartbeat, holderFile } from './heartbeat.ts';
import type { ProcessMark } from './liveness.ts';
import { isAlive, markOfThisProcess } from './liveness.ts';
import { Stillness } from './stillness.ts';

/** For what a key is executed. */
export interface KeyClaim {
  pipeline: string;
  run: string;
  stage: string;
}

/** Who has a lock. */
export interface LockHolder extends ProcessMark {
  /** Of one taking of one lock. */
  token: string;
  /** Absent of one that only clears up, and of a run. */
  claim?: KeyClaim;
  /** For how long it has had the lock, as it last told by its own clock; for whoever reads it. */
  seconds: number;
}

/** In milliseconds: between two signs of life, and without one until a lock counts as left behind. */
export interface LockTimes {
  beat: number;
  stale: number;
}

export const usualTimes: LockTimes = { beat: 2_000, stale: 30_000 };

/** A stage's process notices within this time that its runner is gone (`execute/local/orphan.ts`). */
const orphanMilliseconds = 1000;

/** The right to execute one key, and to write to its progress; or the mark of a run, which nobody else takes. */
export interface Lock {
  /** Aborts if another run has taken the lock over, since this one did not show for long that it lives. */
  readonly lost: AbortSignal;
  /** Resolves when nothing of an earlier holder that was killed can still write to the key's progress. */
  quiet(): Promise<void>;
  /** Whether the lock is still this one's. */
  isHeld(): boolean;
  release(): void;
}

/**
 * Folders that name their holder and are there while a key is executed, or a run goes on. Reading needs no lock.
 *
 * A holder that this process can see is looked for by its id. Of one on another machine, or in another PID namespace,
 * the lock itself has to change from time to time: one that this process has seen still for 30 seconds is left behind.
 */
export class Locks {
  readonly #times: LockTimes;
  readonly #stillness = new Stillness();
  #heartbeat: Heartbeat | undefined;

  constructor(times: LockTimes = usualTimes) {
    this.#times = times;
  }

  /**
   * Takes a lock if it is free, or its holder known to have ended.
   * @param claim absent of who only clears up, and of a run
   * @returns the lock, or who has it: `undefined` where that cannot be read
   */
  tryTake(folder: string, claim?: KeyClaim): { lock: Lock } | { holder: LockHolder | undefined } {
    const isFree = !existsSync(folder);
    if (isFree || this.#removeIfLeft(folder)) {
      const lock = this.#install(folder, claim, isFree ? Promise.resolve() : sleep(orphanMilliseconds));
      if (lock !== undefined) return { lock };
    }
    return { holder: holderOf(folder) };
  }

  /** Puts a folder with the holder's name in place, in one step. Undefined where another one was faster. */
  #install(folder: string, claim: KeyClaim | undefined, quiet: Promise<unknown>): Lock | undefined {
    const token = randomBytes(12).toString('hex');
    const draft = `${folder}.taking-${uniqueSuffix()}`;
    makeFolder(draft);
    try {
      const holder = JSON.stringify({ ...markOfThisProcess(), token, claim });
      writeFileSync(path.join(draft, holderFile), holder);
      renameSync(draft, folder);
    } catch (error) {
      removeTree(draft);
      if (hasCode(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR')) return undefined;
      throw naming(folder, error);
    }
    this.#heartbeat ??= new Heartbeat(this.#times.beat);
    const heartbeat = this.#heartbeat;
    const loss = new AbortController();
    heartbeat.start(folder, token, () => loss.abort());
    const isHeld = () => holderOf(folder)?.token === token;
    return {
      lost: loss.signal,
      quiet: async () => void (await quiet),
      isHeld,
      release() {
        heartbeat.stop(folder, token);
        try {
          if (isHeld()) removeAside(folder, 'done');
        } catch (error) {
          // On a disk that has become read-only it stays, and goes when this process is seen to be gone.
          if (!isRefusal(error)) throw error;
        }
      },
    };
  }

  /**
   * Removes a lock that was left behind. Of those who notice at once, one does it, so that nobody removes the lock of
   * its successor.
   */
  #removeIfLeft(folder: string): boolean {
    const state = stateOf(folder);
    if (!this.#isLeft(folder, state)) return false;
    const mutex = `${folder}.over-${digestText(state).slice(0, 12)}`;
    if (!tryMkdir(mutex)) {
      // Taking over lasts milliseconds: who began it died on the way.
      if (this.#stillness.observe(mutex, '') > this.#times.stale) removeTree(mutex);
      return false;
    }
    try {
      return stateOf(folder) === state && removeAside(folder, 'left');
    } finally {
      this.#stillness.forget(folder);
      removeTree(mutex);
    }
  }

  #isLeft(folder: string, state: string): boolean {
    const holder = holderOf(folder);
    const isThere = holder === undefined ? undefined : isAlive(holder);
    return isThere === undefined ? this.#stillness.observe(folder, state) > this.#times.stale : !isThere;
  }
}

/** `process 4711 on bach (pipeline iwslt, executing train.1, for 90 s)` */
export function describeHolder({ pid, host, claim, seconds }: LockHolder): string {
  const what = claim === undefined ? 'clearing up' : `pipeline ${claim.pipeline}, executing ${claim.stage}`;
  return `process ${pid} on ${host} (${what}, for ${Math.round(seconds)} s)`;
}

/** What of a name belongs to the lock, in that of a folder that is only there while a lock is taken or given back. */
export const passingLock = /^(?<lock>[^.]+)\.(?:taking|left|done|over)-/;

/** Who has the lock, if it says so: whatever else of it is damaged, a process that it names is asked. */
export function holderOf(folder: string): LockHolder | undefined {
  const named = (readJson(path.join(folder, holderFile)) ?? {}) as Partial<LockHolder>;
  const { pid, host, space, claim } = named;
  if (typeof pid !== 'number' || typeof host !== 'string' || typeof space !== 'string') return undefined;
  if (claim !== undefined && typeof claim?.stage !== 'string') return undefined;
  return { ...(named as LockHolder), seconds: Number(textOf(path.join(folder, beatFile))) || 0 };
}

/** All that shows whether a holder lives. */
function stateOf(folder: string): string {
  return [holderFile, beatFile].map((name) => textOf(path.join(folder, name))).join('\n');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isUnreadable(error)) return '';
    throw error;
  }
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

/** Has a lock go in one step, for whoever looks. False where it is gone already. */
function removeAside(folder: string, how: 'left' | 'done'): boolean {
  const aside = `${folder}.${how}-${uniqueSuffix()}`;
  try {
    renameSync(folder, aside);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  removeTree(aside);
  return true;
}
