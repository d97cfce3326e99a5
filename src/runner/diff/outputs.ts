import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Comparison, Json } from '../stage.ts';
import type { OutputRecord } from '../records.ts';
import type { Digest } from '../types.ts';
import { diffDocuments } from './document.ts';
import { diffFiles } from './files.ts';
import type { DocumentDifference, OutputDiff } from './types.ts';

/** The part of a store that comparing needs. */
export interface ArtifactFolders {
  verifyArtifact(digest: Digest): boolean;
  artifactFolder(digest: Digest): string;
}

/**
 * Compares the outputs of one stage in two runs; outputs with equal digests are equal and are not opened.
 * @param comparisons by artifact type
 */
export function diffOutputs(
  before: Record<string, OutputRecord>,
  after: Record<string, OutputRecord>,
  store: ArtifactFolders,
  comparisons: Record<string, Comparison>,
): OutputDiff[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((output): OutputDiff[] => {
    const [old, young] = [before[output], after[output]];
    if (old === undefined) return [{ output, change: 'added', artifact: young.artifact }];
    if (young === undefined) return [{ output, change: 'removed', artifact: old.artifact }];
    if (old.digest === young.digest) return [];
    const artifact = young.artifact;
    const [hasOld, hasYoung] = [old, young].map(({ digest }) => store.verifyArtifact(digest));
    if (!hasOld || !hasYoung)
      return [{ output, change: 'unavailable', artifact, missing: hasOld ? 'after' : hasYoung ? 'before' : 'both' }];
    const [from, to] = [old, young].map(({ digest }) => store.artifactFolder(digest));
    const compare = old.artifact === artifact ? comparisons[artifact] : undefined;
    const findings = compare?.({ before: from, after: to }) ?? [];
    return [
      {
        output,
        change: 'changed',
        artifact,
        ...(findings.length === 0 ? {} : { findings }),
        ...diffArtifacts(artifact, from, to),
      },
    ];
  });
}

type ChangedOutput = Extract<OutputDiff, { change: 'changed' }>;

function diffArtifacts(artifact: string, before: string, after: string): Pick<ChangedOutput, 'document' | 'files'> {
  const name = `${artifact}.json`;
  return {
    document: diffDocumentFiles(path.join(before, name), path.join(after, name)),
    files: diffFiles(before, after, name),
  };
}

function diffDocumentFiles(before: string, after: string): DocumentDifference[] {
  const [old, young] = [before, after].map((file) =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Json) : undefined,
  );
  if (old === undefined || young === undefined) {
    return [
      ...(old === undefined ? [] : [{ path: '', kind: 'removed' as const, before: old }]),
      ...(young === undefined ? [] : [{ path: '', kind: 'added' as const, after: young }]),
    ];
  }
  return diffDocuments(old, young);
}
