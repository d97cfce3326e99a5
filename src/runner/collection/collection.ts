import { existsSync } from 'node:fs';
import { Diagnostic, ExitCode } from '../diagnostic.ts';
import type { RunRecord } from '../records.ts';
import { Store } from '../store/store.ts';
import { otherUsers } from '../store/users.ts';
import type { Key } from '../types.ts';
import type { Item, ItemId } from './inventory.ts';
import { inventory, itemId, linkedArtifact } from './inventory.ts';
import { KeyTable, needsOf } from './needs.ts';
import { shownRuns } from './retention.ts';

/** How much is kept besides what is always kept; without limits every recorded run is. */
export interface CollectionLimits {
  /** Runs that ended, and progress that was saved, longer ago may go. */
  olderThanDays?: number;
  /** What lies in `runs/` and in the store is to have no more bytes: the oldest goes first. */
  maxBytes?: number;
}

/** What keeps items: a run, or progress from which a stage may go on. */
export interface Holder {
  name: string;
  because: string;
  /** Of the items that it needs. */
  bytes: number;
  /** Of the items that nothing else needs: what would be freed without it. */
  alone: number;
}

export interface Collection {
  /** What is kept, with the names of what keeps it. */
  keep: { item: Item; holders: string[] }[];
  remove: { item: Item; because: string }[];
  holders: Holder[];
  /** By how many bytes what is kept for good is above `maxBytes`. */
  over: number;
}

interface Candidate extends Pick<Holder, 'name' | 'because'> {
  needs: ReadonlySet<ItemId>;
  /** In milliseconds since 1970. */
  time: number;
  /** Stays whatever the limits. */
  fixed: boolean;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * What may be removed of a project's `runs/` and its store, and what keeps the rest. Removes nothing.
 * @throws Diagnostic where it cannot be known what runs need: a record is damaged or another version's, or a project
 * that shares the store is not to be seen
 */
export function planCollection(store: Store, limits: CollectionLimits, now = Date.now()): Collection {
  const { layouts, unseen } = otherUsers(store.layout);
  const others = layouts.map((layout) => new Store(layout));
  const runs = store.runs();
  const table = new KeyTable(store.keyRecords());
  const items = inventory(store);
  const foreign = others.flatMap((other) => other.runs().map((run) => ({ run, project: other.layout.project })));
  refuseUnknown([store, ...others], unseen);
  const live = [store, ...others].flatMap((each) => each.liveRuns());
  const logs = logNames(items);
  const shown = shownRuns(runs);
  const candidates = [
    ...runs.map((run) => candidateOf(run, shown.get(run.id), needsOf(run, table, logs))),
    ...foreign.map(({ run, project }) => ({
      ...candidateOf(
        run,
        `a run of ${project}`,
        needsOf(run, table, () => []),
      ),
      name: `${run.id} of ${project}`,
    })),
    ...progressCandidates(items, store, table),
    ...(live.length === 0 ? [] : [whileRunning(live, items)]),
  ];
  const sweep = new Sweep(items, candidates);
  const reasons = live.length > 0 ? new Map<string, string>() : sweep.drop(limits, now);
  return sweep.finish(reasons, limits, table);
}

function candidateOf({ id, finished }: RunRecord, shown: string | undefined, needs: Set<ItemId>): Candidate {
  return {
    name: id,
    because: shown ?? 'within the limits',
    needs,
    time: Date.parse(finished),
    fixed: shown !== undefined,
  };
}

/** Progress may be all that is left of a run that was killed, so it is kept without a record that names it. */
function progressCandidates(items: readonly Item[], { layout }: Store, table: KeyTable): Candidate[] {
  return items
    .filter(({ kind, name }) => kind === 'progress' && !table.byKey.has(name as Key))
    .map((item) => {
      const isLocked = existsSync(layout.keyLock(item.name as Key));
      return {
        name: `progress of key ${item.name.slice(0, 12)}`,
        because: isLocked ? 'is being executed' : 'a stage may go on from it',
        needs: new Set([itemId(item)]),
        time: item.modified,
        fixed: isLocked,
      };
    });
}

/** While a run goes on, it may take any result from the store, and make others that nothing names yet. */
function whileRunning(live: readonly string[], items: readonly Item[]): Candidate {
  return {
    name: live.join(', '),
    because: 'goes on, and may take from the store whatever is there',
    needs: new Set(items.filter(({ kind }) => kind !== 'set aside' && kind !== 'litter').map(itemId)),
    time: Infinity,
    fixed: true,
  };
}

function logNames(items: readonly Item[]): (run: string) => readonly string[] {
  const names = new Map<string, string[]>();
  for (const { kind, name } of items) {
    if (kind !== 'log') continue;
    const run = name.slice(0, name.indexOf('/'));
    names.set(run, [...(names.get(run) ?? []), name]);
  }
  return (run) => names.get(run) ?? [];
}

/** Nothing is removed by half knowledge. */
function refuseUnknown(stores: readonly Store[], unseen: readonly string[]): void {
  const [user] = unseen;
  if (user !== undefined) {
    throw new Diagnostic(`${user} names a project with results in this store, and its runs/ is not to be seen here`, {
      hint: 'Collect on the machine where it is; if that project is gone, remove the file.',
    });
  }
  const [damaged] = stores.flatMap(({ damagedRecords }) => damagedRecords);
  if (damaged !== undefined) {
    throw new Diagnostic(`${damaged} is damaged, so what it needs is unknown: nothing is removed`, {
      exitCode: ExitCode.failed,
      hint: 'If what it tells of does not matter, remove the file.',
    });
  }
  const [foreign] = stores.flatMap(({ foreignRecords }) => foreignRecords);
  if (foreign !== undefined) {
    throw new Diagnostic(
      `a ${foreign.kind} record has ${foreign.format}, so what it needs is unknown: nothing is removed`,
      { exitCode: ExitCode.failed, hint: 'Use the version of shrinknas that wrote it.' },
    );
  }
}

/** Lets go of holders, and tells what is left without one. */
class Sweep {
  readonly #items: ReadonlyMap<ItemId, Item>;
  readonly #candidates: readonly Candidate[];
  readonly #dropped = new Set<Candidate>();
  /** How many holders each item has. */
  readonly #counts = new Map<ItemId, number>();

  constructor(items: readonly Item[], candidates: readonly Candidate[]) {
    this.#items = new Map(items.map((item) => [itemId(item), item]));
    this.#candidates = candidates;
    for (const { needs } of candidates) for (const id of needs) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }

  /** @returns why each was let go of, by name */
  drop({ olderThanDays, maxBytes }: CollectionLimits, now: number): Map<string, string> {
    const reasons = new Map<string, string>();
    const oldest = this.#candidates.filter(({ fixed }) => !fixed).sort((a, b) => a.time - b.time);
    let kept = this.#keptBytes();
    for (const candidate of oldest) {
      const isOld = olderThanDays !== undefined && candidate.time < now - olderThanDays * dayMilliseconds;
      if (!isOld && !(maxBytes !== undefined && kept > maxBytes)) continue;
      kept -= this.#letGo(candidate);
      reasons.set(candidate.name, isOld ? `older than ${olderThanDays} days` : 'the oldest above --max-size');
    }
    return reasons;
  }

  finish(reasons: ReadonlyMap<string, string>, { maxBytes }: CollectionLimits, table: KeyTable): Collection {
    const left = this.#candidates.filter((candidate) => !this.#dropped.has(candidate));
    const holders = new Map<ItemId, string[]>();
    for (const { name, needs } of left) {
      for (const id of needs) holders.set(id, [...(holders.get(id) ?? []), name]);
    }
    const isKept = (item: Item) => {
      const digest = item.kind === 'link' ? linkedArtifact(item) : undefined;
      return digest === undefined ? holders.get(itemId(item)) : holders.get(itemId({ kind: 'artifact', name: digest }));
    };
    const all = [...this.#items.values()].map((item) => ({ item, holders: isKept(item) }));
    return {
      keep: all.flatMap(({ item, holders: names }) => (names === undefined ? [] : [{ item, holders: names }])),
      remove: all
        .filter(({ holders: names }) => names === undefined)
        .map(({ item }) => ({ item, because: whyRemoved(item, reasons, table) })),
      holders: left.map(({ name, because, needs }) => ({
        name,
        because,
        bytes: this.#bytesOf(needs, () => true),
        alone: this.#bytesOf(needs, (id) => this.#counts.get(id) === 1),
      })),
      over: Math.max(0, this.#keptBytes() - (maxBytes ?? Infinity)),
    };
  }

  /** @returns bytes of what nothing needs any more */
  #letGo(candidate: Candidate): number {
    this.#dropped.add(candidate);
    for (const id of candidate.needs) this.#counts.set(id, this.#counts.get(id)! - 1);
    return this.#bytesOf(candidate.needs, (id) => this.#counts.get(id) === 0);
  }

  #keptBytes(): number {
    return this.#bytesOf(this.#counts.keys(), (id) => this.#counts.get(id)! > 0);
  }

  #bytesOf(ids: Iterable<ItemId>, counts: (id: ItemId) => boolean): number {
    let bytes = 0;
    for (const id of ids) if (counts(id)) bytes += this.#items.get(id)?.bytes ?? 0;
    return bytes;
  }
}

function whyRemoved({ kind, name }: Item, reasons: ReadonlyMap<string, string>, table: KeyTable): string {
  switch (kind) {
    case 'run':
      return reasons.get(name) ?? 'holds no record';
    case 'log':
      return reasons.get(name.slice(0, name.indexOf('/'))) ?? 'no run that is kept tells of it';
    case 'progress':
      return table.byKey.has(name as Key)
        ? 'its stage is done'
        : (reasons.get(`progress of key ${name.slice(0, 12)}`) ?? 'no stage goes on from it');
    case 'set aside':
      return 'was damaged, and has been made anew';
    case 'litter':
      return 'was left by a process that was killed';
    case 'link':
      return 'leads to what no run that is kept needs';
    case 'artifact':
    case 'key':
    case 'code':
      return 'no run that is kept needs it';
  }
}
