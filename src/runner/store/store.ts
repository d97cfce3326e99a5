import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KeyFields } from '../key/key.ts';
import type { KeyRecord, OutputRecord, Provenance, RunRecord } from '../records.ts';
import type { Digest, Key, Pipeline } from '../types.ts';
import type { OutputDraft } from './drafts.ts';
import { createDraft, createDraftApart, newTemporaryFolder } from './drafts.ts';
import { removeTree } from '../../disk/files.ts';
import { isRefusal } from '../../disk/refusals.ts';
import { Locks } from './lock.ts';
import type { KeyClaim } from './lock.ts';
import { Keys } from './keys.ts';
import { linkLatest } from './latest.ts';
import { Layout } from './layout.ts';
import { findLitter, type Litter } from './litter.ts';
import { type FileState, Objects } from './objects.ts';
import { Progress } from './progress.ts';
import { RecordFiles } from './record-files.ts';
import type { ForeignRecord } from './record-files.ts';
import { Records } from './records.ts';
import { StatCache } from './stat-cache.ts';
import { registerUser } from './users.ts';

/** What a stage made, ready to be published. */
export interface Publication {
  key: Key;
  fields: KeyFields;
  /** Artifact type by output. */
  artifacts: Record<string, string>;
  provenance: Provenance;
}

/**
 * Opens a project's `runs/` folder, or the one at `runs`, with the artifact store inside it
 * or at `store`. Creates nothing.
 */
export function openStore(options: { project: string; runs?: string; store?: string }): Store {
  return new Store(new Layout(options));
}

/** Everything that `runs/` remembers: artifacts, keys, run records, unfinished progress. */
export class Store {
  readonly layout: Layout;
  readonly statCache: StatCache;
  readonly #objects: Objects;
  readonly #keys: Keys;
  readonly #records: Records;
  readonly #progress: Progress;
  readonly #locks = new Locks();
  readonly #files = new RecordFiles();

  constructor(layout: Layout) {
    this.layout = layout;
    this.statCache = new StatCache(layout.cache);
    this.#objects = new Objects(layout, this.statCache);
    this.#keys = new Keys(layout, this.#files);
    this.#records = new Records(layout, this.#files, this.#locks);
    this.#progress = new Progress(layout);
  }

  /** What a key produced, if that is known. Its artifacts may be gone: see `damagedOutputs`. */
  keyRecord(key: Key): KeyRecord | undefined {
    return this.#keys.read(key);
  }

  /** Records that were met so far and could not be read, since another version of this program wrote them. */
  get foreignRecords(): readonly ForeignRecord[] {
    return this.#files.foreign;
  }

  /** Files of records that were met so far and are not as they were written. */
  get damagedRecords(): readonly string[] {
    return this.#files.damaged;
  }

  /** The record of a key that another version of this program wrote, once `keyRecord` has looked for it. */
  foreignKey(key: Key): ForeignRecord | undefined {
    return this.#files.foreignAt(this.layout.key(key));
  }

  /** Every row of the key table, in no particular order. */
  keyRecords(): Iterable<KeyRecord> {
    return this.#keys.all();
  }

  /** Folder of an artifact, whether or not it is there. */
  artifactFolder(digest: Digest): string {
    return this.layout.object(digest);
  }

  /** Whether an artifact is there, byte for byte; only what may have changed since it was last hashed is read. */
  hasArtifact(digest: Digest): boolean {
    return this.#objects.isIntact(digest);
  }

  /** Whether an artifact is there, all bytes read; what is found out is what `hasArtifact` says from then on. */
  verifyArtifact(digest: Digest): boolean {
    return this.#objects.verify(digest);
  }

  /** Whether a file of an artifact is there as it was made. */
  stateOfFile(digest: Digest, name: string): FileState {
    return this.#objects.stateOfFile(digest, name);
  }

  /** Digests of all artifacts that stand in the store, damaged or not. */
  artifacts(): Digest[] {
    return this.#objects.all();
  }

  removeArtifact(digest: Digest): void {
    this.#objects.remove(digest);
  }

  /** Outputs of a record whose artifacts are missing or damaged; none when it can be served. */
  damagedOutputs(record: KeyRecord): string[] {
    return Object.entries(record.outputs)
      .filter(([, output]) => !this.hasArtifact(output.digest))
      .map(([name]) => name);
  }

  /** A private folder for the outputs of a key whose lock the caller has; give it to `publish` or `discard`. */
  draft(key: Key, outputs: string[]): OutputDraft {
    return createDraft(this.layout, key, outputs);
  }

  /** A private folder for outputs that are only looked at; give it to `discard`. */
  draftApart(outputs: string[]): OutputDraft {
    return createDraftApart(this.layout, outputs);
  }

  /** A free path for a folder on the store's file system; the caller's to make and to remove. */
  temporaryFolder(): string {
    return newTemporaryFolder(this.layout);
  }

  discard(draft: OutputDraft): void {
    removeTree(draft.folder);
  }

  /** What killed processes left: locks, drafts, half-written files, progress that nobody needs. Absolute paths. */
  litter(): string[] {
    return this.#litter().map(({ place }) => place);
  }

  /** Removes what `litter` names. */
  sweep(): void {
    try {
      for (const { remove } of this.#litter()) remove();
    } catch (error) {
      // Where nothing can be removed, whatever has to be written will say so.
      if (!isRefusal(error)) throw error;
    }
  }

  #litter(): Litter[] {
    const isKnown = (key: Key) => this.keyRecord(key) !== undefined;
    return findLitter({ layout: this.layout, locks: this.#locks, isKnown });
  }

  /**
   * Makes a stage's outputs and its key known.
   * @throws Diagnostic when an output holds anything but files and folders
   */
  async publish(draft: OutputDraft, { key, fields, artifacts, provenance }: Publication): Promise<KeyRecord> {
    const outputs: Record<string, OutputRecord> = {};
    for (const [output, artifact] of Object.entries(artifacts)) {
      outputs[output] = { artifact, ...(await this.#objects.publish(draft.outputs[output])) };
    }
    this.#progress.markPublished(key);
    // Last, and only when all the bytes are safe: from here on the key is served.
    const record = this.writeKey({ key, fields, outputs, provenance });
    this.#progress.removePublished(key);
    this.discard(draft);
    return record;
  }

  /** Puts a finished folder of the store's file system among the artifacts. */
  publishArtifact(folder: string): Promise<{ digest: Digest; bytes: number }> {
    return this.#objects.publish(folder);
  }

  /** Makes a key known whose outputs are in the store. */
  writeKey(row: Omit<KeyRecord, 'earlier'>): KeyRecord {
    const earlier = this.#earlier(row.key, row.outputs);
    const record: KeyRecord = { ...row, ...(earlier.length === 0 ? {} : { earlier }) };
    this.#keys.write(record);
    return record;
  }

  /** What the row of a key that is about to be replaced says of other artifacts than `outputs`. */
  #earlier(key: Key, outputs: KeyRecord['outputs']): NonNullable<KeyRecord['earlier']> {
    const digests = (made: KeyRecord['outputs']) =>
      Object.entries(made)
        .map(([name, { digest }]) => `${name} ${digest}`)
        .sort()
        .join();
    const previous = this.#keys.read(key);
    if (previous === undefined) return [];
    return [...(previous.earlier ?? []), { outputs: previous.outputs, provenance: previous.provenance }].filter(
      (made) => digests(made.outputs) !== digests(outputs),
    );
  }

  /** Takes the right to execute a key if nobody has it; else says who does. */
  tryLock(key: Key, claim: KeyClaim): ReturnType<Locks['tryTake']> {
    return this.#locks.tryTake(this.layout.keyLock(key), claim);
  }

  /**
   * Folder for resumable progress of a key, whose lock the caller has, and whether an earlier attempt left something
   * there.
   */
  openProgress(key: Key, options: { restart: boolean }): { folder: string; resuming: boolean } {
    return this.#progress.open(key, options);
  }

  /** Removes the progress of a stage that left nothing to go on from. */
  removeEmptyProgress(key: Key): void {
    this.#progress.removeIfEmpty(key);
  }

  linkLatest(pipeline: string, stage: string, outputs: Record<string, OutputRecord>): void {
    linkLatest(this.layout, pipeline, stage, outputs);
  }

  /** Recorded runs, newest first. */
  runs(): RunRecord[] {
    return [...this.#records.newestFirst()];
  }

  /** Recorded runs of a pipeline (same name, same file), newest first, read one by one. */
  runsOf(pipeline: Pick<Pipeline, 'name' | 'file'>): Generator<RunRecord> {
    return this.#records.newestFirst({ name: pipeline.name, file: this.relativeFile(pipeline.file) });
  }

  lastRun(pipeline: Pick<Pipeline, 'name' | 'file'>): RunRecord | undefined {
    return this.runsOf(pipeline).next().value ?? undefined;
  }

  /**
   * The run that a user means: `latest`, `latest~1`, an id or its beginning.
   * @throws Diagnostic when there is no such run, or more than one
   */
  run(reference: string): RunRecord {
    return this.#records.find(reference);
  }

  lastRunWasKilled(): boolean {
    return this.#records.lastWasKilled();
  }

  newRunId(pipeline: string): string {
    return this.#records.newId(pipeline);
  }

  claimRunId(pipeline: string): Promise<string> {
    return this.#records.claimId(pipeline);
  }

  /** Until then, or the end of this process, readers are told that a run that was claimed is running. */
  markEnded(run: string): void {
    this.#records.markEnded(run);
  }

  /** Runs of this project that go on. */
  liveRuns(): string[] {
    return this.#records.live();
  }

  /** Has a store that this project does not own know that its runs use it. */
  registerUser(): void {
    registerUser(this.layout);
  }

  writeRun(record: RunRecord): void {
    this.#records.write(record);
  }

  /** Log of a stage in a run; of a stage that did not execute there, the log of the run that made its outputs. */
  logFile(run: RunRecord, stage: string): string | undefined {
    return this.#stageFile(run, stage, (id, name) => this.layout.log(id, name));
  }

  /** Metrics of a stage, one JSON object a line, found as `logFile` finds the log. */
  metricsFile(run: RunRecord, stage: string): string | undefined {
    return this.#stageFile(run, stage, (id, name) => this.layout.metrics(id, name));
  }

  /** A pipeline's file as records name it: relative to the project, with `/` between parts. */
  relativeFile(file: string): string {
    return path.relative(this.layout.project, file).split(path.sep).join('/');
  }

  /** Keeps for the next process which files were hashed; without it they are only read again. */
  saveStatCache(): void {
    this.statCache.save();
  }

  #stageFile(run: RunRecord, stage: string, locate: (run: string, stage: string) => string): string | undefined {
    const own = locate(run.id, stage);
    if (existsSync(own)) return own;
    const key = run.stages.find(({ id }) => id === stage)?.key;
    const provenance = key === undefined ? undefined : this.keyRecord(key)?.provenance;
    const producers = provenance === undefined ? undefined : locate(provenance.run, provenance.stage);
    return producers !== undefined && existsSync(producers) ? producers : undefined;
  }
}
