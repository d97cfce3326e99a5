import type { RunEvent } from '../events.ts';
import type { LockHolder, Lock } from '../store/lock.ts';
import { describeHolder } from '../store/lock.ts';
import type { Store } from '../store/store.ts';
import type { Key } from '../types.ts';

interface Wait {
  key: Key;
  /** `performance.now()` when the key was first found taken. */
  began: number;
  holder: LockHolder | undefined;
}

/** The keys that one run has, or waits for because another run executes them. */
export class KeyClaims {
  readonly #store: Store;
  readonly #run: { pipeline: string; run: string };
  readonly #timeoutSeconds: number;
  readonly #onEvent: (event: RunEvent) => void;
  readonly #waits = new Map<string, Wait>();

  constructor(
    store: Store,
    run: { pipeline: string; run: string },
    timeoutSeconds: number,
    onEvent: (event: RunEvent) => void,
  ) {
    this.#store = store;
    this.#run = run;
    this.#timeoutSeconds = timeoutSeconds;
    this.#onEvent = onEvent;
  }

  /** Whether any stage waits for a key. */
  get areWaiting(): boolean {
    return this.#waits.size > 0;
  }

  isWaiting(stage: string): boolean {
    return this.#waits.has(stage);
  }

  /** Takes a key for a stage; undefined while another run has it, which is told once of each holder. */
  tryTake(stage: string, key: Key): Lock | undefined {
    const attempt = this.#store.tryLock(key, { ...this.#run, stage });
    if ('lock' in attempt) {
      this.#waits.delete(stage);
      return attempt.lock;
    }
    const { holder } = attempt;
    const wait = this.#waits.get(stage);
    // Who only clears up does so for milliseconds.
    const isKnown = holder?.claim === undefined || holder.token === wait?.holder?.token;
    this.#waits.set(stage, { key, began: wait?.began ?? performance.now(), holder: holder ?? wait?.holder });
    if (!isKnown) this.#onEvent({ type: 'stage-waiting', stage, holder: describeHolder(holder) });
    return undefined;
  }

  stopWaiting(stage: string): void {
    this.#waits.delete(stage);
  }

  /** Why a stage has waited long enough; undefined when it has not. */
  overdue(stage: string): string | undefined {
    const wait = this.#waits.get(stage);
    if (wait === undefined || performance.now() - wait.began < this.#timeoutSeconds * 1000) return undefined;
    const who = wait.holder === undefined ? 'another run' : describeHolder(wait.holder);
    return `its key ${wait.key.slice(0, 12)} is in use by ${who}; gave up after waiting ${this.#timeoutSeconds} s`;
  }
}
