import type { Acceptance } from '../../runner/plan/accept.ts';
import { drawReasons } from './reasons.ts';
import { drawTable } from './table.ts';

const keyShown = 12;

/** What was accepted: whose result for each stage, and what differs in the code. */
export function drawAcceptances(acceptances: readonly Acceptance[]): string {
  if (acceptances.length === 0) return 'Nothing to accept: all results are known.\n';
  return `${drawTable(
    acceptances.map(({ instance, key, from, differences }) => [
      instance.id,
      `key ${from.key.slice(0, keyShown)} → ${key.slice(0, keyShown)}`,
      `made in ${from.provenance.run}`,
      drawReasons(differences),
    ]),
  )}\n`;
}

/** The same for programs. */
export function acceptancesDocument(acceptances: readonly Acceptance[]) {
  return acceptances.map(({ instance, key, from, differences }) => ({
    id: instance.id,
    from: from.key,
    to: key,
    run: from.provenance.run,
    differences,
  }));
}
