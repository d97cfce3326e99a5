/**
 * What an archive of a run holds, as members of a tar:
 *
 *     manifest.json                    sizes and SHA-256 of all other members
 *     records/<run>/run.json           the run
 *     records/<run>/stages/<file>      logs and metrics, also of the runs that made what it shows
 *     keys/<key>.json                  how its results, and what they were made of, were made
 *     artifacts/<digest>/<file>        both
 */
import type { Digest, Key } from '../types.ts';

export const archiveFormat = 1;

/** `manifest.json`. */
export interface ArchiveManifest {
  format: number;
  run: string;
  /** Path, bytes and SHA-256 of each other member, in the order of the paths. */
  members: [path: string, bytes: number, digest: Digest][];
}

export const manifestName = 'manifest.json';

export const places = {
  run: (run: string) => `records/${run}/run.json`,
  stages: (run: string) => `records/${run}/stages/`,
  key: (key: Key) => `keys/${key}.json`,
  artifact: (digest: Digest) => `artifacts/${digest}/`,
};

/** Logs and metrics: what a failed stage was started with names paths of another machine, and stays there. */
export const toldFile = /\.(log|metrics\.jsonl)$/;
