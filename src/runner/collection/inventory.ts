import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { listFolder } from '../../disk/files.ts';
import { walkTree } from '../../disk/tree.ts';
import { orphanedDrafts } from '../store/drafts.ts';
import type { Layout } from '../store/layout.ts';
import type { Digest } from '../types.ts';

/** What can be kept or removed by itself, from what asks for others to what is only asked for: the order of removal. */
export const itemKinds = ['run', 'log', 'key', 'link', 'artifact', 'progress', 'set aside', 'draft', 'code'] as const;
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
export function inventory(layout: Layout): Item[] {
  return [
    ...records(layout),
    ...grouped(path.join(layout.store, 'keys'), 'key', '.json'),
    ...links(layout),
    ...artifacts(layout),
    ...folder(path.join(layout.store, 'progress'), 'progress'),
    ...orphanedDrafts(layout).map((place) => item('draft', path.basename(place), [place])),
    ...bundles(layout),
  ];
}

function item(kind: ItemKind, name: string, places: string[]): Item {
  const files = places.flatMap((place) => walkTree(place)).filter((entry) => entry.kind === 'file');
  return {
    kind: isSetAside(name) ? 'set aside' : kind,
    name,
    places,
    bytes: files.reduce((sum, { stats }) => sum + Number(stats.size), 0),
    modified: files.reduce((newest, { stats }) => Math.max(newest, Number(stats.mtimeMs)), 0),
  };
}

/** As `setAside` of src/disk/files.ts names it. */
function isSetAside(name: string): boolean {
  return path.basename(name).startsWith('damaged-');
}

/** A run's record and marks are one item; each log is one of its own, since other runs may show what it tells of. */
function records({ records: root }: Layout): Item[] {
  return listFolder(root).flatMap((run) => {
    const own = listFolder(path.join(root, run)).filter((name) => name !== 'stages');
    const [aside, told] = [own.filter(isSetAside), own.filter((name) => !isSetAside(name))];
    const stages = path.join(root, run, 'stages');
    const inRun = (kind: ItemKind, name: string) => item(kind, `${run}/${name}`, [path.join(root, run, name)]);
    return [
      ...(told.length === 0
        ? []
        : [
            item(
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
function grouped(root: string, kind: ItemKind, ending: string): Item[] {
  return listFolder(root).flatMap((group) =>
    listFolder(path.join(root, group))
      .filter((name) => /^[0-9a-f]{64}$/.test(name.replace(ending, '')) || isSetAside(name))
      .map((name) => item(kind, name.replace(ending, ''), [path.join(root, group, name)])),
  );
}

function artifacts(layout: Layout): Item[] {
  const objects = grouped(path.join(layout.store, 'objects'), 'artifact', '');
  const manifests = grouped(path.join(layout.store, 'manifests'), 'artifact', '.json');
  const found = new Set(objects.map(({ name }) => name));
  const beside = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  return [
    ...objects.map((object) => {
      const manifest = beside.get(object.name);
      if (manifest === undefined) return object;
      return { ...object, places: [...object.places, ...manifest.places], bytes: object.bytes + manifest.bytes };
    }),
    ...manifests.filter(({ name }) => !found.has(name)),
  ];
}

/** Links of `runs/latest`. */
function links(layout: Layout): Item[] {
  const root = path.join(layout.runs, 'latest');
  if (!existsSync(root)) return [];
  return walkTree(root)
    .filter(({ kind, path: name }) => kind === 'other' || isSetAside(name))
    .map((entry) => item('link', entry.path, [entry.absolute]));
}

/** The artifact that a link of `runs/latest` leads to. */
export function linkedArtifact({ places: [place] }: Item): Digest | undefined {
  return lstatSync(place).isSymbolicLink() ? (path.basename(readlinkSync(place)) as Digest) : undefined;
}

function folder(root: string, kind: ItemKind): Item[] {
  return listFolder(root).map((name) => item(kind, name, [path.join(root, name)]));
}

/** Bundles by what they are, wherever below `cache/code` they lie. Links to packages are not followed. */
function bundles(layout: Layout): Item[] {
  const root = path.join(layout.cache, 'code');
  if (!existsSync(root)) return [];
  const places = new Map<string, string[]>();
  for (const { kind, absolute } of walkTree(root)) {
    const [, digest] = /^([0-9a-f]{64})\.mjs$/.exec(path.basename(absolute)) ?? [];
    if (kind === 'file' && digest !== undefined) places.set(digest, [...(places.get(digest) ?? []), absolute]);
  }
  return [...places].map(([digest, files]) => item('code', digest, files));
}
