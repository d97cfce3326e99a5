import type { Json } from '../stage.ts';
import { readJson, writeAtomically } from '../../disk/files.ts';

/** Formats that this version writes, and the only ones that it reads. A change of meaning gets the next number. */
export const recordFormats = { run: 1, key: 1 } as const;

type RecordKind = keyof typeof recordFormats;

/** A record of another version of this program, of which nothing was read. */
export interface ForeignRecord {
  kind: RecordKind;
  /** `format 2`, or `no format` where the file has none. */
  format: string;
}

/** For each kind that was met, `2 run records of format 7, where this version reads format 1`. */
export function describeForeign(foreign: readonly ForeignRecord[]): string[] {
  return (Object.keys(recordFormats) as ForeignRecord['kind'][]).flatMap((kind) => {
    const met = foreign.filter((record) => record.kind === kind);
    if (met.length === 0) return [];
    const formats = [...new Set(met.map(({ format }) => format))].join(' and ');
    const records = `${met.length} ${kind} ${met.length === 1 ? 'record' : 'records'}`;
    return [`${records} of ${formats}, where this version reads format ${recordFormats[kind]}`];
  });
}

/**
 * The files of run and key records, each with the number of its format. What is of another format is
 * as good as not there, and noted.
 */
export class RecordFiles {
  readonly #foreign = new Map<string, ForeignRecord>();

  /** Undefined when there is no such file, when it is damaged, or of another format. */
  read<Content extends object>(kind: RecordKind, file: string): Content | undefined {
    const stored = readJson(file);
    if (typeof stored !== 'object' || stored === null) return undefined;
    const { format, ...record } = stored as { format?: Json } & Content;
    if (format === recordFormats[kind]) return record as unknown as Content;
    this.#foreign.set(file, { kind, format: format === undefined ? 'no format' : `format ${JSON.stringify(format)}` });
    return undefined;
  }

  write(kind: RecordKind, file: string, record: object): void {
    writeAtomically(file, `${JSON.stringify({ format: recordFormats[kind], ...record }, undefined, 1)}\n`, {
      durable: true,
    });
  }

  /** What is known of the file by its last reading. */
  foreignAt(file: string): ForeignRecord | undefined {
    return this.#foreign.get(file);
  }

  /** All that were met. */
  get foreign(): readonly ForeignRecord[] {
    return [...this.#foreign.values()];
  }
}
