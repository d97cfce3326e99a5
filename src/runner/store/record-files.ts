import { existsSync } from 'node:fs';
import { checkedJson, contentOf } from '../../disk/checked-json.ts';
import { readJson, writeAtomically } from '../../disk/files.ts';
import type { Json } from '../stage.ts';

/** Formats that this version writes, and the only ones that it reads. A change of meaning gets the next number. */
export const recordFormats = { run: 2, key: 2 } as const;

type RecordKind = keyof typeof recordFormats;

/** A record of another version of this program, of which nothing was read. */
export interface ForeignRecord {
  kind: RecordKind;
  /** `format 7`. */
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

/** For each file, that it is damaged and what that means. */
export function describeDamaged(files: readonly string[]): string[] {
  return files.map((file) => `${file} is damaged, and counts as missing`);
}

/** A record as its file has it. */
export function recordText(kind: RecordKind, record: object): string {
  return `${checkedJson({ format: recordFormats[kind], ...record }, 1)}\n`;
}

/**
 * The files of run and key records, each with the number of its format and a digest of what it says. What is of another
 * format, or damaged, is as good as not there, and noted.
 */
export class RecordFiles {
  readonly #foreign = new Map<string, ForeignRecord>();
  readonly #damaged = new Set<string>();

  /** Undefined when there is no such file, when it is damaged, or of another format. */
  read<Content extends object>(kind: RecordKind, file: string): Content | undefined {
    const stored = readJson(file);
    const { format } = (stored ?? {}) as { format?: Json };
    if (format === recordFormats[kind]) {
      const record = contentOf<Content & { format?: Json }>(stored);
      if (record !== undefined) {
        const { format: _, ...content } = record;
        return content as unknown as Content;
      }
    } else if (format !== undefined) {
      this.#foreign.set(file, { kind, format: `format ${JSON.stringify(format)}` });
      return undefined;
    }
    if (existsSync(file)) this.#damaged.add(file);
    return undefined;
  }

  write(kind: RecordKind, file: string, record: object): void {
    writeAtomically(file, recordText(kind, record), { durable: true });
    this.#damaged.delete(file);
  }

  /** What is known of the file by its last reading. */
  foreignAt(file: string): ForeignRecord | undefined {
    return this.#foreign.get(file);
  }

  /** All that were met. */
  get foreign(): readonly ForeignRecord[] {
    return [...this.#foreign.values()];
  }

  /** Files that were met and are not as they were written. */
  get damaged(): readonly string[] {
    return [...this.#damaged];
  }
}
