import type { Resources } from '../types.ts';

/** Hands out the machine's resources to stages, never more than there are. */
export class Pool {
  readonly #limits: Resources;
  readonly #jobs: number;
  readonly #used: Resources = { cores: 0, gpu: 0, memory: 0 };
  #running = 0;
  #exclusive = false;

  /** @param jobs how many stages may run at once */
  constructor(limits: Resources, jobs: number) {
    this.#limits = limits;
    this.#jobs = jobs;
  }

  /**
   * Takes what a stage asks for if it is free now. A stage that asks for more than there is
   * gets it when it can run alone.
   */
  tryTake(request: Resources): boolean {
    const isOversized = kinds.some((kind) => request[kind] > this.#limits[kind]);
    const fits =
      this.#running === 0
      || (!isOversized
        && !this.#exclusive
        && this.#running < this.#jobs
        && kinds.every((kind) => this.#used[kind] + request[kind] <= this.#limits[kind]));
    if (!fits) return false;
    this.#running++;
    this.#exclusive = isOversized;
    for (const kind of kinds) this.#used[kind] += request[kind];
    return true;
  }

  giveBack(request: Resources): void {
    this.#running--;
    this.#exclusive = false;
    for (const kind of kinds) this.#used[kind] -= request[kind];
  }

  /** Whole cores, at least one, that a stage may use of those that it asked for. */
  coresFor(request: Resources): number {
    return Math.max(1, Math.floor(Math.min(request.cores, this.#limits.cores)));
  }
}

const kinds = ['cores', 'gpu', 'memory'] as const;
