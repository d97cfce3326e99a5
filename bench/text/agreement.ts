import { readFileSync } from 'node:fs';
import { fileAt, readLines } from '../../src/text/corpora/files.ts';

/** Two files that hold the result of one step, ours and a peer's. */
export interface Outcome {
  what: string;
  ours: string;
  theirs: string;
  /** Whether they may differ, and why. */
  mayDiffer?: string;
}

/** Says of each pair of results how much of it differs; whether none differs that must not. */
export function reportAgreement(outcomes: readonly Outcome[], print: (line: string) => void): boolean {
  let agrees = true;
  for (const { what, ours, theirs, mayDiffer } of outcomes) {
    if (readFileSync(ours).equals(readFileSync(theirs))) {
      print(`${what}: the same`);
      continue;
    }
    const [first, second] = [readLines(fileAt(ours)), readLines(fileAt(theirs))];
    const lines = Math.max(first.length, second.length);
    let differing = 0;
    for (let i = 0; i < lines; i++) if (first[i] !== second[i]) differing++;
    print(
      `${what}: ${differing} of ${lines} lines `
        + `differ${mayDiffer === undefined ? ', which must not be' : ` (${mayDiffer})`}`,
    );
    if (mayDiffer === undefined) agrees = false;
  }
  return agrees;
}
