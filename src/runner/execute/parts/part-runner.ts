import type { PartOptions, PartResult } from '../../stage.ts';
import { StageError, StoppedError } from '../../stage.ts';
import type { Resources } from '../../types.ts';
import type { Job, JobContext, JobEvent, JobExecutor, PartRequest } from '../job.ts';
import { Devices } from '../devices.ts';
import { Pool } from '../pool.ts';
import type { Usage } from '../usage.ts';
import { noUsage, totalUsage } from '../usage.ts';
import type { PartIdentity } from './kept-parts.ts';
import { KeptParts, partDigest } from './kept-parts.ts';
import { noParts } from './no-parts.ts';

/** What the parts of one stage are executed with. */
export interface PartSurroundings extends Pick<JobContext, 'project' | 'log' | 'signal' | 'memory'> {
  execute: JobExecutor;
  /** Folder where results are kept. */
  folder: string;
  /** @param part which one of those that were asked for together, `train 3/8` */
  onEvent: (event: JobEvent, part: string) => void;
  /** How many parts of one request are done. */
  onDone: (request: PartRequest, done: number) => void;
  /** The stack of a part that failed, for the log. */
  onStack: (stack: string) => void;
}

/**
 * Executes the parts that one stage asks for, with what the stage holds: it waits meanwhile, so nothing is promised
 * twice.
 */
export class PartRunner {
  readonly #stage: Job;
  readonly #surroundings: PartSurroundings;
  readonly #kept: KeptParts;
  readonly #pool: Pool;
  readonly #devices: Devices;
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  /** By digest: a part that is asked for twice is executed once. */
  readonly #parts = new Map<string, Promise<PartResult>>();
  #freed: (() => void)[] = [];
  #usage: Usage = noUsage;

  constructor(stage: Job, surroundings: PartSurroundings) {
    this.#stage = stage;
    this.#surroundings = surroundings;
    this.#kept = new KeptParts(surroundings.folder);
    this.#pool = new Pool(stage.resources, Infinity);
    this.#devices = new Devices(stage.resources.gpus ?? []);
    this.#signal = AbortSignal.any([surroundings.signal, this.#stopping.signal]);
  }

  /** What the parts took that were executed. */
  get usage(): Usage {
    return this.#usage;
  }

  /** @throws StageError with the message of the first part that fails */
  async run(request: PartRequest): Promise<PartResult[]> {
    const { name, params, options } = request;
    const { after } = options;
    if (after !== undefined && after.length !== params.length) {
      throw new StageError(`${name}: ${params.length} parts cannot go on from ${after.length} results`);
    }
    let done = 0;
    return Promise.all(
      params.map(async (each, index) => {
        const part: PartIdentity = {
          name,
          params: each,
          ...(after === undefined ? {} : { after: this.#kept.partOf(after[index]) }),
        };
        const result = await this.#part(part, options, `${name} ${index + 1}/${params.length}`);
        this.#surroundings.onDone(request, ++done);
        return result;
      }),
    );
  }

  /** Stops what is still at work; its progress is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await Promise.allSettled(this.#parts.values());
  }

  #part(part: PartIdentity, options: PartOptions, label: string): Promise<PartResult> {
    const digest = partDigest(part);
    const known = this.#parts.get(digest);
    if (known !== undefined) return known;
    const made = this.#make(part, options, label);
    this.#parts.set(digest, made);
    return made;
  }

  async #make(part: PartIdentity, options: PartOptions, label: string): Promise<PartResult> {
    const kept = this.#kept.read(part);
    if (kept !== undefined) return kept;
    const { cores = 1, gpu = this.#stage.resources.gpu, memory = 0 } = options;
    const request: Resources = { cores, gpu, memory };
    await this.#take(request);
    const gpus = this.#devices.take(gpu);
    try {
      return await this.#execute(part, { ...request, ...(gpus.length === 0 ? {} : { gpus }) }, label);
    } finally {
      this.#devices.giveBack(gpus);
      this.#pool.giveBack(request);
      this.#wake();
    }
  }

  async #execute(part: PartIdentity, request: Job['resources'], label: string): Promise<PartResult> {
    const { project, log, memory, execute, onEvent, onStack } = this.#surroundings;
    const draft = this.#kept.draft(part);
    const job: Job = {
      ...this.#stage,
      params: part.params,
      outputs: {},
      schemas: {},
      progress: draft.progress,
      resources: { ...request, cores: this.#pool.coresFor(request) },
      part: {
        name: part.name,
        files: draft.files,
        ...(part.after === undefined ? {} : { before: this.#kept.filesOf(part.after) }),
      },
    };
    const end = await execute(job, {
      project,
      log,
      memory,
      signal: this.#signal,
      scratch: draft.scratch,
      onEvent: (event) => onEvent(event, label),
      onParts: noParts,
    });
    this.#usage = totalUsage(this.#usage, end);
    if (end.status === 'interrupted') throw new StoppedError(`${label}: interrupted`);
    if (end.status === 'succeeded') return this.#kept.keep(draft, part, end.result ?? null);
    if (end.stack !== undefined) onStack(end.stack);
    throw new StageError(`${label}: ${end.message}`);
  }

  async #take(request: Resources): Promise<void> {
    for (;;) {
      if (this.#signal.aborted) throw new StoppedError('interrupted');
      if (this.#pool.tryTake(request)) return;
      await new Promise<void>((resolve) => this.#freed.push(resolve));
    }
  }

  /** Has those that wait for resources try again, the first come first. */
  #wake(): void {
    for (const resolve of this.#freed.splice(0)) resolve();
  }
}
