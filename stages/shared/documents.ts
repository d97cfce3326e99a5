import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseSampleSpace, type SampleSpace, type SampleSpaceDocument } from '../../src/nas/sample-space.ts';

/** Writes an artifact's document, `<type>.json`. */
export function writeDocument(folder: string, type: string, document: object): void {
  writeFileSync(path.join(folder, `${type}.json`), `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads an artifact's document; the runner has checked it by its schema. */
export function readDocument<Document>(folder: string, type: string): Document {
  return JSON.parse(readFileSync(path.join(folder, `${type}.json`), 'utf8')) as Document;
}

export function readSampleSpace(folder: string): SampleSpace {
  return parseSampleSpace(readDocument<SampleSpaceDocument>(folder, 'sample-space'));
}
