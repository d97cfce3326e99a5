import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { KeyRecord, OutputRecord } from '../runner/records.ts';
import type { Json } from '../runner/stage.ts';
import type { Store } from '../runner/store/store.ts';

/** What is shown of an artifact that is not as it was made. */
const damaged = '(missing or damaged: npm run pipeline verify)';

/**
 * The line with which an artifact sums itself up: `summary` at the top of its JSON document, whose bytes are checked
 * first; undefined without one.
 */
export function summaryOf(store: Store, { artifact, digest }: OutputRecord): string | undefined {
  const name = `${artifact}.json`;
  const state = store.stateOfFile(digest, name);
  if (state === 'damaged') return damaged;
  // Artifacts may do without a document: then there is nothing to sum up.
  if (state === 'none') return undefined;
  const document = JSON.parse(readFileSync(path.join(store.artifactFolder(digest), name), 'utf8')) as Json;
  const summary =
    typeof document === 'object' && document !== null && !Array.isArray(document) ? document.summary : undefined;
  return typeof summary === 'string' ? summary : undefined;
}

/** An output that a stage made, and the row of the key table that says how. */
export interface Made {
  name: string;
  output: OutputRecord;
  record: KeyRecord;
}

/** All that the key table knows to have been made, also what a later execution of the same key replaced. */
export function madeOutputs(store: Store): Made[] {
  return [...store.keyRecords()]
    .flatMap((record) => [record, ...(record.earlier ?? []).map((earlier) => ({ ...record, ...earlier }))])
    .flatMap((record) => Object.entries(record.outputs).map(([name, output]) => ({ name, output, record })));
}
