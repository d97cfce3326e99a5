import type { SampleSpace } from '../nas/sample-space.ts';
import { formatGenes, parseGenes } from '../nas/space.ts';
import { readDocument, writeDocument } from './documents.ts';

export function writeSampleSpace(folder: string, summary: string, { space, candidates }: SampleSpace): void {
  writeDocument(folder, 'sample-space', {
    summary,
    space,
    candidates: candidates ? candidates.map(formatGenes) : null,
  });
}

export function readSampleSpace(folder: string): SampleSpace {
  const { space, candidates } = readDocument(folder, 'sample-space');
  return candidates === null ? { space } : { space, candidates: candidates.map((text) => parseGenes(space, text)) };
}
