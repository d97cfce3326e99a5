import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Store } from '../runner/store/store.ts';
import type { Json } from '../runner/stage.ts';
import type { OutputRecord } from '../runner/records.ts';

/** The line with which an artifact sums itself up: `summary` at the top of its JSON document; undefined without one. */
export function summaryOf(store: Store, { artifact, digest }: OutputRecord): string | undefined {
  const document = documentOf(path.join(store.artifactFolder(digest), `${artifact}.json`));
  const summary =
    typeof document === 'object' && document !== null && !Array.isArray(document) ? document.summary : undefined;
  return typeof summary === 'string' ? summary : undefined;
}

function documentOf(file: string): Json | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    // Artifacts may do without a document, and the store may have lost this one: then there is nothing to sum up.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
