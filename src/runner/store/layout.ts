import path from 'node:path';
import type { Digest, Key } from '../types.ts';
import { safeName } from '../../disk/files.ts';

/** Where everything of `runs/` lies; explained for readers in runs/README.md. All paths are absolute. */
export class Layout {
  readonly project: string;
  readonly runs: string;
  readonly store: string;

  constructor(options: { project: string; runs?: string; store?: string }) {
    this.project = path.resolve(options.project);
    this.runs = path.resolve(options.runs ?? path.join(this.project, 'runs'));
    this.store = path.resolve(options.store ?? path.join(this.runs, 'store'));
  }

  get keys(): string {
    return path.join(this.store, 'keys');
  }

  get temporary(): string {
    return path.join(this.store, 'tmp');
  }

  get locks(): string {
    return path.join(this.store, 'locks');
  }

  get unfinished(): string {
    return path.join(this.store, 'progress');
  }

  get records(): string {
    return path.join(this.runs, 'records');
  }

  get cache(): string {
    return path.join(this.runs, 'cache');
  }

  /**
   * Folder that is there while a run executes a key. In the store, as progress is: projects that share one share both.
   */
  keyLock(key: Key): string {
    return path.join(this.locks, key);
  }

  object(digest: Digest): string {
    return path.join(this.store, 'objects', digest.slice(0, 2), digest);
  }

  /** Digests of an artifact's files. */
  manifest(digest: Digest): string {
    return path.join(this.store, 'manifests', digest.slice(0, 2), `${digest}.json`);
  }

  /** Names the projects that keep their results in a store outside of their `runs/`. */
  get users(): string {
    return path.join(this.store, 'users');
  }

  key(key: Key): string {
    return path.join(this.keys, key.slice(0, 2), `${key}.json`);
  }

  progress(key: Key): string {
    return path.join(this.unfinished, key);
  }

  record(run: string): string {
    return path.join(this.records, run, 'run.json');
  }

  /** Folder that is there while a run goes on: the lock of its process. */
  runner(run: string): string {
    return path.join(this.records, run, 'runner');
  }

  log(run: string, stage: string): string {
    return path.join(this.records, run, 'stages', `${safeName(stage)}.log`);
  }

  /** With what a failed stage was started. */
  job(run: string, stage: string): string {
    return path.join(this.records, run, 'stages', `${safeName(stage)}.job.json`);
  }

  metrics(run: string, stage: string): string {
    return path.join(this.records, run, 'stages', `${safeName(stage)}.metrics.jsonl`);
  }

  /** Folder of links to a stage's latest outputs. */
  latest(pipeline: string, stage: string): string {
    return path.join(this.runs, 'latest', safeName(pipeline), safeName(stage));
  }
}
