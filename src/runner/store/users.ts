import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkedJson, readCheckedJson } from '../../disk/checked-json.ts';
import { digestText } from '../../disk/digest.ts';
import { listFolder, writeAtomically } from '../../disk/files.ts';
import { isRefusal } from '../../disk/refusals.ts';
import { Layout } from './layout.ts';

/** A project whose runs keep their results in a store that is not its own. */
interface StoreUser {
  host: string;
  project: string;
  runs: string;
}

/** Has the store know of a project whose `runs/` it does not lie in, so that nobody removes what its runs need. */
export function registerUser(layout: Layout): void {
  if (isOwn(layout)) return;
  const { project, runs, users } = layout;
  const user: StoreUser = { host: os.hostname(), project, runs };
  const file = path.join(users, `${digestText(runs).slice(0, 16)}.json`);
  try {
    if (!existsSync(file)) writeAtomically(file, checkedJson(user), { durable: true });
  } catch (error) {
    // A store that takes nothing keeps no results either: the first stage says so, in a run that is recorded.
    if (!isRefusal(error)) throw error;
  }
}

/** The other projects that have results in the store, and the files that name those whose `runs/` is not here. */
export function otherUsers(layout: Layout): { layouts: Layout[]; unseen: string[] } {
  const layouts: Layout[] = [];
  const unseen: string[] = [];
  const around = path.dirname(layout.store);
  if (!isOwn(layout) && existsSync(path.join(around, 'records'))) {
    layouts.push(new Layout({ project: path.dirname(around), runs: around, store: layout.store }));
  }
  for (const name of listFolder(layout.users)) {
    const file = path.join(layout.users, name);
    const user = readCheckedJson<StoreUser>(file);
    if (user?.runs === layout.runs) continue;
    if (user === undefined || !existsSync(path.join(user.runs, 'records'))) unseen.push(file);
    else layouts.push(new Layout({ project: user.project, runs: user.runs, store: layout.store }));
  }
  return { layouts, unseen };
}

function isOwn({ runs, store }: Layout): boolean {
  return path.dirname(store) === runs;
}
