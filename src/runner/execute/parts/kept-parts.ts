import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { type Json, type JsonObject, type PartResult, StageError } from '../../stage.ts';
import { digestJson, type ManifestEntry } from '../../../disk/digest.ts';
import { hasCode, readJson, removeTree, writeAtomically } from '../../../disk/files.ts';
import { manifestOf } from '../../../disk/sealed.ts';
import type { Digest } from '../../types.ts';

/** Which part of a stage's work. */
export interface PartIdentity {
  name: string;
  params: JsonObject;
  /** Digest of the part that it goes on from. */
  after?: Digest;
}

/** A part's folder while it is at work. */
export interface PartDraft {
  folder: string;
  files: string;
  progress: string;
  /** For whoever executes the part. */
  scratch: string;
}

interface KeptResult extends PartIdentity {
  value: Json;
  files: ManifestEntry[];
}

export function partDigest({ name, params, after }: PartIdentity): Digest {
  return digestJson({ name, params, ...(after === undefined ? {} : { after }) });
}

/**
 * Results of a stage's parts, one folder each below the stage's progress, named by the digest of name and parameters. A
 * folder is complete once it has that name; while the part is at work it ends in `.work`.
 */
export class KeptParts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The part whose result's files these are.
   * @throws StageError where they are none of this stage's
   */
  partOf(files: string): Digest {
    const folder = path.dirname(files);
    if (path.dirname(folder) === path.resolve(this.#folder) && existsSync(files))
      return path.basename(folder) as Digest;
    throw new StageError(`no result of a part of this stage: ${files}`);
  }

  /** Files of a part's result. */
  filesOf(part: Digest): string {
    return path.join(this.#folder, part, 'files');
  }

  /** The result, if it was kept and is whole. What was cut short or damaged is removed. */
  read(part: PartIdentity): PartResult | undefined {
    const folder = this.#place(part);
    const stored = readJson(path.join(folder, 'part.json')) as { check: Digest; kept: KeptResult } | undefined;
    const files = path.join(folder, 'files');
    if (stored !== undefined && isWhole(stored, part, files)) return { value: stored.kept.value, files };
    removeTree(folder);
    return undefined;
  }

  /** The part's folder, with the progress of an earlier attempt and without its files. */
  draft(part: PartIdentity): PartDraft {
    const folder = `${this.#place(part)}.work`;
    const [files, progress, scratch] = ['files', 'progress', 'scratch'].map((name) => path.join(folder, name));
    for (const old of [files, scratch]) removeTree(old);
    for (const needed of [files, progress, scratch]) mkdirSync(needed, { recursive: true });
    return { folder, files, progress, scratch };
  }

  keep({ folder, files, progress, scratch }: PartDraft, part: PartIdentity, value: Json): PartResult {
    const kept: KeptResult = { ...part, value, files: manifestOf(files) };
    const text = JSON.stringify({ check: digestJson(kept), kept });
    writeAtomically(path.join(folder, 'part.json'), text, { durable: false });
    for (const done of [progress, scratch]) removeTree(done);
    const place = this.#place(part);
    renameSync(folder, place);
    return { value, files: path.join(place, 'files') };
  }

  #place(part: PartIdentity): string {
    return path.join(this.#folder, partDigest(part));
  }
}

/**
 * Nothing is forced to the disk when it is kept, so after a power cut anything may be missing: all bytes are checked.
 */
function isWhole({ check, kept }: { check: Digest; kept: KeptResult }, part: PartIdentity, files: string): boolean {
  if (kept === undefined || digestJson(kept) !== check || partDigest(kept) !== partDigest(part)) return false;
  try {
    return digestJson(manifestOf(files)) === digestJson(kept.files);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return false;
    throw error;
  }
}
