import path from 'node:path';
import type { KeyRecord } from '../records.ts';
import type { Key } from '../types.ts';
import { listFolder } from '../../disk/files.ts';
import type { Layout } from './layout.ts';
import type { RecordFiles } from './record-files.ts';

/** The table from keys to outputs, one file a row. */
export class Keys {
  readonly #layout: Layout;
  readonly #files: RecordFiles;

  constructor(layout: Layout, files: RecordFiles) {
    this.#layout = layout;
    this.#files = files;
  }

  read(key: Key): KeyRecord | undefined {
    const record = this.#files.read<KeyRecord>('key', this.#layout.key(key));
    return record?.key === key ? record : undefined;
  }

  write(record: KeyRecord): void {
    this.#files.write('key', this.#layout.key(record.key), record);
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
