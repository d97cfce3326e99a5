import path from 'node:path';
import type { Key, KeyRecord } from '../types.ts';
import { listFolder, readJson, writeAtomically } from './files.ts';
import type { Layout } from './layout.ts';

/** The table from keys to outputs, one file a row. */
export class Keys {
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  read(key: Key): KeyRecord | undefined {
    const record = readJson(this.#layout.key(key)) as KeyRecord | undefined;
    return record?.key === key ? record : undefined;
  }

  write(record: KeyRecord): void {
    writeAtomically(this.#layout.key(record.key), `${JSON.stringify(record, undefined, 1)}\n`, { durable: true });
  }

  /** Every row, in no particular order. */
  *all(): Generator<KeyRecord> {
    for (const group of listFolder(this.#layout.keys)) {
      for (const name of listFolder(path.join(this.#layout.keys, group))) {
        const record = name.endsWith('.json') ? this.read(name.slice(0, -'.json'.length) as Key) : undefined;
        if (record !== undefined) yield record;
      }
    }
  }
}
