import type { KeyRecord, RunRecord, RunStage } from '../records.ts';
import { safeName } from '../../disk/files.ts';
import type { Digest, Key } from '../types.ts';
import type { ItemId } from './inventory.ts';
import { itemId } from './inventory.ts';

/** Key records, by what leads to them. */
export class KeyTable {
  readonly byKey: ReadonlyMap<Key, KeyRecord>;
  readonly #makers = new Map<Digest, KeyRecord[]>();
  readonly #acceptedFrom = new Map<Key, KeyRecord[]>();

  constructor(records: Iterable<KeyRecord>) {
    const all = [...records];
    this.byKey = new Map(all.map((record) => [record.key, record]));
    for (const record of all) {
      for (const { outputs } of [record, ...(record.earlier ?? [])])
        for (const { digest } of Object.values(outputs)) append(this.#makers, digest, record);
      for (const { from } of record.accepted ?? []) append(this.#acceptedFrom, from, record);
    }
  }

  /** Those that made an artifact. */
  makersOf(digest: Digest): readonly KeyRecord[] {
    return this.#makers.get(digest) ?? [];
  }

  /** Those whose result is that of a key, accepted for other code. */
  acceptedFrom(key: Key): readonly KeyRecord[] {
    return this.#acceptedFrom.get(key) ?? [];
  }
}

/**
 * What a run needs so that nothing is lost of it: its record and logs; its outputs, what they were made of and so on, and
 * the rows of the key table that say how; the logs of the runs that made them; progress of what it left unfinished.
 */
export function needsOf(run: RunRecord, table: KeyTable, logsOf: (run: string) => readonly string[]): Set<ItemId> {
  const needs = new Set<ItemId>([itemId({ kind: 'run', name: run.id })]);
  for (const name of logsOf(run.id)) needs.add(itemId({ kind: 'log', name }));
  const closure = new Closure(table, needs, logsOf);
  run.stages.forEach((stage) => closure.addKeyOf(stage));
  run.stages.forEach((stage) => closure.addStage(stage));
  return needs;
}

/** Outcomes of stages that may go on from what they saved. */
const unfinished: ReadonlySet<RunStage['outcome']> = new Set(['failed', 'interrupted', 'busy']);

class Closure {
  readonly #table: KeyTable;
  readonly #needs: Set<ItemId>;
  readonly #logsOf: (run: string) => readonly string[];

  constructor(table: KeyTable, needs: Set<ItemId>, logsOf: (run: string) => readonly string[]) {
    this.#table = table;
    this.#needs = needs;
    this.#logsOf = logsOf;
  }

  /** Before anything else: of several that made an artifact, those that the run names are enough. */
  addKeyOf({ key, outcome }: RunStage): void {
    if (key === undefined) return;
    if (this.#table.byKey.has(key)) this.#needs.add(itemId({ kind: 'key', name: key }));
    if (unfinished.has(outcome)) this.#needs.add(itemId({ kind: 'progress', name: key }));
  }

  addStage({ key, fields, outputs }: RunStage): void {
    if (fields !== undefined) this.#needs.add(itemId({ kind: 'code', name: fields.code }));
    this.#addAllOf(key === undefined ? undefined : this.#table.byKey.get(key));
    for (const { digest } of Object.values(outputs)) this.#addArtifact(digest);
    for (const digest of Object.values(fields?.inputs ?? {})) this.#addArtifact(digest);
  }

  #addArtifact(digest: Digest): void {
    if (!this.#isNew(itemId({ kind: 'artifact', name: digest }))) return;
    const makers = this.#table.makersOf(digest);
    if (makers.some(({ key }) => this.#needs.has(itemId({ kind: 'key', name: key })))) return;
    const [newest] = [...makers].sort((a, b) => (a.provenance.finished > b.provenance.finished ? -1 : 1));
    this.#addKey(newest);
  }

  #addKey(record: KeyRecord | undefined): void {
    if (record !== undefined && this.#isNew(itemId({ kind: 'key', name: record.key }))) this.#addAllOf(record);
  }

  #addAllOf(record: KeyRecord | undefined): void {
    if (record === undefined) return;
    const made = [record, ...(record.earlier ?? [])];
    for (const { provenance } of made) this.#addLogs(provenance.run, provenance.stage);
    for (const { digest } of Object.values(record.outputs)) this.#addArtifact(digest);
    for (const digest of Object.values(record.fields.inputs)) this.#addArtifact(digest);
    for (const accepted of this.#table.acceptedFrom(record.key)) this.#addKey(accepted);
  }

  /** Log and metrics of a stage, in the run that executed it. */
  #addLogs(run: string, stage: string): void {
    const own = `${run}/stages/${safeName(stage)}.`;
    for (const name of this.#logsOf(run)) if (name.startsWith(own)) this.#needs.add(itemId({ kind: 'log', name }));
  }

  #isNew(id: ItemId): boolean {
    if (this.#needs.has(id)) return false;
    this.#needs.add(id);
    return true;
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
