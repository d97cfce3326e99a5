import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { listFolder } from '../../disk/files.ts';
import type { RunRecord } from '../records.ts';
import type { Store } from '../store/store.ts';

/**
 * What tells that a report of these runs may say something new: which runs there are, which of them go on, times and sizes
 * of what these write. To be looked at again and again, since not every file system tells of changes.
 */
export function signsOf(runs: readonly Pick<RunRecord, 'id'>[], store: Store): string {
  const { layout } = store;
  return JSON.stringify([
    listFolder(layout.records).filter((id) => existsSync(layout.record(id))),
    store.liveRuns(),
    runs.map(({ id }) => {
      const stages = path.dirname(layout.log(id, 'stage'));
      return [layout.record(id), ...listFolder(stages).map((name) => path.join(stages, name))].map(signOf);
    }),
  ]);
}

function signOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size}`;
}
