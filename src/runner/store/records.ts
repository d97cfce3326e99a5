import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Diagnostic } from '../diagnostic.ts';
import type { RunRecord } from '../records.ts';
import { hasCode, listFolder, makeFolder, removeTree, safeName } from '../../disk/files.ts';
import { livesAtAGlance } from './glance.ts';
import type { Layout } from './layout.ts';
import type { Lock, Locks } from './lock.ts';
import { recordFormats } from './record-files.ts';
import type { ForeignRecord, RecordFiles } from './record-files.ts';

/**
 * `<pipeline>-<yyyymmdd>-<hhmmss>-<4 hex>` in UTC; the last part is the fraction of the second in
 * 1/65536, so names sort by time.
 */
const runIdPattern = /^(.+)-(\d{8}-\d{6}-[0-9a-f]{4})$/;

/** Run records, one folder a run. */
export class Records {
  readonly #layout: Layout;
  readonly #files: RecordFiles;
  readonly #locks: Locks;
  /** Marks of this process's runs. */
  readonly #marks = new Map<string, Lock>();

  constructor(layout: Layout, files: RecordFiles, locks: Locks) {
    this.#layout = layout;
    this.#files = files;
    this.#locks = locks;
  }

  /** An id for a run that starts now. */
  newId(pipeline: string): string {
    const now = performance.timeOrigin + performance.now();
    const [date, time] = new Date(now).toISOString().split('T');
    const fraction = Math.floor(((now % 1000) / 1000) * 65536)
      .toString(16)
      .padStart(4, '0');
    return `${safeName(pipeline)}-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${fraction}`;
  }

  /** Takes a free id and makes the run's folder, so that no other run takes the same; marks it as going on. */
  async claimId(pipeline: string): Promise<string> {
    makeFolder(this.#layout.records);
    for (;;) {
      const id = this.newId(pipeline);
      try {
        mkdirSync(path.join(this.#layout.records, id));
        this.#prepare(id);
        return id;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        await sleep(1);
      }
    }
  }

  #prepare(id: string): void {
    try {
      mkdirSync(path.join(this.#layout.records, id, 'stages'));
      this.#markLive(id);
    } catch (error) {
      // Of a run that cannot be recorded nothing stays.
      removeTree(path.join(this.#layout.records, id));
      throw error;
    }
  }

  write(record: RunRecord): void {
    this.#files.write('run', this.#layout.record(record.id), record);
  }

  /** Ids of recorded runs, newest first; those of one pipeline if it is given. */
  ids(pipeline?: string): string[] {
    return listFolder(this.#layout.records)
      .map((id) => ({ id, match: runIdPattern.exec(id) }))
      .filter(({ match }) => match !== null && (pipeline === undefined || match[1] === safeName(pipeline)))
      .sort((a, b) => (a.match![2] < b.match![2] ? 1 : -1))
      .map(({ id }) => id);
  }

  /** The record with exactly this id, if there is one. */
  read(id: string): RunRecord | undefined {
    const record = this.#files.read<RunRecord>('run', this.#layout.record(id));
    return record?.status === 'interrupted' && this.#isLive(id) ? asRunning(record) : record;
  }

  /** Tells readers that this process executes a run. */
  #markLive(id: string): void {
    const taken = this.#locks.tryTake(this.#layout.runner(id));
    if ('lock' in taken) this.#marks.set(id, taken.lock);
  }

  markEnded(id: string): void {
    this.#marks.get(id)?.release();
    this.#marks.delete(id);
  }

  /** Runs that go on, also those of which nothing is recorded yet. */
  live(): string[] {
    return this.ids().filter((id) => this.#isLive(id));
  }

  #isLive(id: string): boolean {
    return livesAtAGlance(this.#layout.runner(id));
  }

  /** Whether the process that executed the newest run is known to have been killed. */
  lastWasKilled(): boolean {
    const [id] = this.ids();
    return id !== undefined && existsSync(this.#layout.runner(id)) && !this.#isLive(id);
  }

  /** What is known of a run that another version of this program recorded. */
  foreign(id: string): ForeignRecord | undefined {
    return this.#files.foreignAt(this.#layout.record(id));
  }

  /** Records newest first, read one by one as the caller asks. `file` is relative to the project. */
  *newestFirst(pipeline?: { name: string; file: string }): Generator<RunRecord> {
    for (const id of this.ids(pipeline?.name)) {
      const record = this.read(id);
      if (record !== undefined && (pipeline === undefined || record.file === pipeline.file)) yield record;
    }
  }

  /**
   * The run that a user means: `latest`, `latest~1` (the one before), an id, or the beginning of just one id.
   * @throws Diagnostic when there is none, or more than one
   */
  find(reference: string): RunRecord {
    const latest = /^latest(?:~(\d+))?$/.exec(reference);
    if (latest !== null) return this.#fromEnd(Number(latest[1] ?? 0));
    const exact = this.read(reference);
    if (exact !== undefined) return exact;
    this.#refuseForeign(reference);
    const matching = this.ids().filter((id) => id.startsWith(reference) && this.read(id) !== undefined);
    if (matching.length === 1) return this.read(matching[0])!;
    if (matching.length === 0) {
      this.ids()
        .filter((id) => id.startsWith(reference))
        .forEach((id) => this.#refuseForeign(id));
      throw new Diagnostic(`there is no run '${reference}'`, {
        hint: 'List the recorded runs with: npm run pipeline runs',
      });
    }
    throw new Diagnostic(`'${reference}' is the beginning of ${matching.length} runs`, {
      hint: `Give more of the id: ${matching.slice(0, 3).join(', ')}.`,
    });
  }

  #refuseForeign(id: string): void {
    const foreign = this.foreign(id);
    if (foreign === undefined) return;
    throw new Diagnostic(
      `the record of run '${id}' has ${foreign.format}, and this version of shrinknas reads format `
        + `${recordFormats.run}`,
      {
        hint: 'Use the version of shrinknas that ran it.',
      },
    );
  }

  #fromEnd(back: number): RunRecord {
    let count = 0;
    for (const record of this.newestFirst()) if (count++ === back) return record;
    if (count === 0) this.ids().forEach((id) => this.#refuseForeign(id));
    throw new Diagnostic(
      count === 0 ? 'no run is recorded yet' : `only ${count} ${count === 1 ? 'run is' : 'runs are'} recorded`,
      {
        hint: 'List the recorded runs with: npm run pipeline runs',
      },
    );
  }
}

/** In the file is what remains should the runner be killed. */
function asRunning(record: RunRecord): RunRecord {
  const stages = record.stages.map((stage) =>
    stage.outcome === 'interrupted' ? { ...stage, outcome: 'running' as const } : stage,
  );
  return { ...record, status: 'running', stages };
}
