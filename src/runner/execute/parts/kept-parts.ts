import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { type Json, type JsonObject, type PartResult, StageError } from '../../stage.ts';
import { checkedJson, readCheckedJson } from '../../../disk/checked-json.ts';
import { digestJson, type ManifestEntry } from '../../../disk/digest.ts';
import { isUnreadable, makeFolder, removeTree, writeAtomically } from '../../../disk/files.ts';
import { manifestOf } from '../../../disk/manifest.ts';
import { syncTree } from '../../../disk/sealed.ts';
import { walkTree } from '../../../disk/tree.ts';
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
    const kept = readCheckedJson<KeptResult>(path.join(folder, 'part.json'));
    const files = path.join(folder, 'files');
    if (kept !== undefined && isWhole(kept, part, files)) return { value: kept.value, files };
    removeTree(folder);
    return undefined;
  }

  /** The part's folder, with the progress of an earlier attempt and without its files. */
  draft(part: PartIdentity): PartDraft {
    const folder = `${this.#place(part)}.work`;
    const [files, progress, scratch] = ['files', 'progress', 'scratch'].map((name) => path.join(folder, name));
    for (const old of [files, scratch]) removeTree(old);
    for (const needed of [files, progress, scratch]) makeFolder(needed);
    return { folder, files, progress, scratch };
  }

  keep({ folder, files, progress, scratch }: PartDraft, part: PartIdentity, value: Json): PartResult {
    const kept: KeptResult = { ...part, value, files: manifestOf(walkTree(files)) };
    // Before the progress goes that it was made from.
    syncTree(files);
    writeAtomically(path.join(folder, 'part.json'), checkedJson(kept), { durable: true });
    for (const done of [progress, scratch]) removeTree(done);
    const place = this.#place(part);
    renameSync(folder, place);
    return { value, files: path.join(place, 'files') };
  }

  #place(part: PartIdentity): string {
    return path.join(this.#folder, partDigest(part));
  }
}

function isWhole(kept: KeptResult, part: PartIdentity, files: string): boolean {
  if (partDigest(kept) !== partDigest(part)) return false;
  try {
    return digestJson(manifestOf(walkTree(files))) === digestJson(kept.files);
  } catch (error) {
    if (isUnreadable(error)) return false;
    throw error;
  }
}
