import type { Collection } from '../../runner/collection/collection.ts';
import { itemKinds } from '../../runner/collection/inventory.ts';
import type { ItemKind } from '../../runner/collection/inventory.ts';
import type { Paint } from './colour.ts';
import { drawTable } from './table.ts';
import { formatBytes, formatCount } from './units.ts';

const plurals: Record<ItemKind, string> = {
  run: 'runs',
  log: 'logs',
  key: 'keys',
  link: 'links',
  artifact: 'artifacts',
  progress: 'progress',
  'set aside': 'set aside',
  litter: 'litter',
  code: 'code',
};

/** What keeps things, largest first, then what would go, by kind and reason. */
export function drawCollection({ holders, remove }: Collection, paint: Paint): string {
  const title = (...names: string[]) => names.map((name) => paint('bold', name));
  const kept = [...holders]
    .sort((a, b) => b.alone - a.alone)
    .map(({ name, because, bytes, alone }) => [name, formatBytes(bytes), formatBytes(alone), because]);
  const groups = itemKinds.flatMap((kind) => {
    const items = remove.filter(({ item }) => item.kind === kind);
    return [...new Set(items.map(({ because }) => because))].map((because) => {
      const same = items.filter((each) => each.because === because);
      const bytes = same.reduce((sum, { item }) => sum + item.bytes, 0);
      return [plurals[kind], formatCount(same.length), formatBytes(bytes), because];
    });
  });
  return [
    ...(kept.length === 0 ? [] : [drawTable([title('KEPT BY', 'NEEDS', 'ALONE', 'WHY'), ...kept]), '']),
    ...(groups.length === 0 ? [] : [drawTable([title('TO REMOVE', 'COUNT', 'SIZE', 'WHY'), ...groups]), '']),
  ].join('\n');
}

/** A collection for programs: everything by itself. */
export function collectionDocument({ keep, remove, holders, over }: Collection) {
  return {
    bytes: remove.reduce((sum, { item }) => sum + item.bytes, 0),
    over,
    holders,
    remove: remove.map(({ item: { kind, name, places, bytes }, because }) => ({ kind, name, places, bytes, because })),
    keep: keep.map(({ item: { kind, name, places, bytes }, holders: keptBy }) => ({
      kind,
      name,
      places,
      bytes,
      keptBy,
    })),
  };
}
