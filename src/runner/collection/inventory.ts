import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { listFolder } from '../../disk/files.ts';
import { walkTree } from '../../disk/tree.ts';
import type { Layout } from '../store/layout.ts';
import { keyOfProgress } from '../store/progress.ts';
import type { Store } from '../store/store.ts';
import type { Digest } from '../types.ts';

/** What can be kept or removed by itself, from what asks for others to what is only asked for: the order of removal. */
export const itemKinds = ['run', 'log', 'key', 'link', 'artifact', 'progress', 'set aside', 'litter', 'code'] as const;
export type ItemKind = (typeof itemKinds)[number];

/** One thing that lies in `runs/` or in the store. */
export interface Item {
  kind: ItemKind;
  /** Unique within its kind: a digest, a key, a run's id, or a path below the folder of its kind. */
  name: string;
  /** Files and folders that it is, absolute. */
  places: string[];
  /** Of its files together. */
  bytes: number;
  /** When the newest of its files was written, in milliseconds since 1970. */
  modified: number;
}

/** What names an item among all. */
export type ItemId = `${ItemKind} ${string}`;

export function itemId({ kind, name }: Pick<Item, 'kind' | 'name'>): ItemId {
  return `${kind} ${name}`;
}

/** Everything of a project's `runs/` and of its store that a collection decides about. Reads names and sizes only. */
export function inventory(store: Store): Item[] {
  const { layout } = store;
  const litter = store.litter();
  const isLitter = (place: string) => litter.some((left) => place === left || place.startsWith(`${left}${path.sep}`));
  const parts = [
    ...records(layout),
    ...grouped(path.join(layout.store, 'keys'), 'key', '.json'),
    ...links(layout),
    ...artifacts(layout),
    ...progress(layout),
    ...bundles(layout),
  ];
  return [
    ...parts
      .map(({ places, ...part }) => ({ ...part, places: places.filter((place) => !isLitter(place)) }))
      .filter(({ places }) => places.length > 0)
      .map((part) => measure(part, isLitter)),
    ...litter.map((place) => measure({ kind: 'litter', name: path.relative(layout.runs, place), places: [place] })),
  ];
}

/** An item that has not been looked at. */
type Part = Pick<Item, 'kind' | 'name' | 'places'>;

function part(kind: ItemKind, name: string, places: string[]): Part {
  return { kind: isSetAside(name) ? 'set aside' : kind, name, places };
}

/** @param isApart what is an item of its own */
function measure(part: Part, isApart: (place: string) => boolean = () => false): Item {
  const files = part.places
    .flatMap((place) => walkTree(place))
    .filter(({ kind, absolute }) => kind === 'file' && !isApart(absolute));
  return {
    ...part,
    bytes: files.reduce((sum, { stats }) => sum + Number(stats.size), 0),
    modified: files.reduce((newest, { stats }) => Math.max(newest, Number(stats.mtimeMs)), 0),
  };
}

/** As `setAside` of src/disk/files.ts names it. */
function isSetAside(name: string): boolean {
  return path.basename(name).startsWith('damaged-');
}

/** A run's record and marks are one item; each log is one of its own, since other runs may show what it tells of. */
function records({ records: root }: Layout): Part[] {
  return listFolder(root).flatMap((run) => {
    const own = listFolder(path.join(root, run)).filter((name) => name !== 'stages');
    const [aside, told] = [own.filter(isSetAside), own.filter((name) => !isSetAside(name))];
    const stages = path.join(root, run, 'stages');
    const inRun = (kind: ItemKind, name: string) => part(kind, `${run}/${name}`, [path.join(root, run, name)]);
    return [
      ...(told.length === 0
        ? []
        : [
            part(
              'run',
              run,
              told.map((name) => path.join(root, run, name)),
            ),
          ]),
      ...aside.map((name) => inRun('set aside', name)),
      ...listFolder(stages).map((name) => inRun('log', `stages/${name}`)),
    ];
  });
}

/** Files `<root>/<xx>/<name><ending>`. */
function grouped(root: string, kind: ItemKind, ending: string): Part[] {
  return listFolder(root).flatMap((group) =>
    listFolder(path.join(root, group))
      .filter((name) => /^[0-9a-f]{64}$/.test(name.replace(ending, '')) || isSetAside(name))
      .map((name) => part(kind, name.replace(ending, ''), [path.join(root, group, name)])),
  );
}

function artifacts(layout: Layout): Part[] {
  const objects = grouped(path.join(layout.store, 'objects'), 'artifact', '');
  const manifests = grouped(path.join(layout.store, 'manifests'), 'artifact', '.json');
  const found = new Set(objects.map(({ name }) => name));
  const beside = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  return [
    ...objects.map((object) => {
      const manifest = beside.get(object.name);
      return manifest === undefined ? object : { ...object, places: [...object.places, ...manifest.places] };
    }),
    ...manifests.filter(({ name }) => !found.has(name)),
  ];
}

/** Links of `runs/latest`. */
function links(layout: Layout): Part[] {
  const root = path.join(layout.runs, 'latest');
  if (!existsSync(root)) return [];
  return walkTree(root)
    .filter(({ kind, path: name }) => kind === 'other' || isSetAside(name))
    .map((entry) => part('link', entry.path, [entry.absolute]));
}

/** The artifact that a link of `runs/latest` leads to. */
export function linkedArtifact({ places: [place] }: Item): Digest | undefined {
  return lstatSync(place).isSymbolicLink() ? (path.basename(readlinkSync(place)) as Digest) : undefined;
}

function progress(layout: Layout): Part[] {
  const root = layout.unfinished;
  const places = new Map<string, string[]>();
  for (const name of listFolder(root)) {
    const { key } = keyOfProgress(name);
    places.set(key, [...(places.get(key) ?? []), path.join(root, name)]);
  }
  return [...places].map(([key, folders]) => part('progress', key, folders));
}

/** Bundles by what they are, wherever below `cache/code` they lie. Links to packages are not followed. */
function bundles(layout: Layout): Part[] {
  const root = path.join(layout.cache, 'code');
  if (!existsSync(root)) return [];
  const places = new Map<string, string[]>();
  for (const { kind, absolute } of walkTree(root)) {
    const [, digest] = /^([0-9a-f]{64})\.mjs$/.exec(path.basename(absolute)) ?? [];
    if (kind === 'file' && digest !== undefined) places.set(digest, [...(places.get(digest) ?? []), absolute]);
  }
  return [...places].map(([digest, files]) => part('code', digest, files));
}
