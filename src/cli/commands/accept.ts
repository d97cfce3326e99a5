import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { accept, findAcceptances } from '../../runner/plan/accept.ts';
import type { Refusal } from '../../runner/plan/accept.ts';
import type { Command } from '../command.ts';
import { openPipeline, planOptions } from '../pipeline.ts';
import { acceptancesDocument, drawAcceptances } from '../render/acceptances.ts';
import { drawDifference } from '../render/difference.ts';

export const command: Command = async (context) => {
  const {
    positionals: [, ...names],
    options,
    console,
  } = context;
  const { pipeline, store } = openPipeline(context);
  const { acceptances, refusals } = await findAcceptances(pipeline, store, planOptions(context));
  // Of named stages all or nothing is accepted; of a whole pipeline, whatever can be.
  if (refusals.length > 0 && (names.length > 0 || acceptances.length === 0)) throw refuse(refusals[0]);
  accept(acceptances, options.reason!, store);
  console.out(
    options.json ? `${JSON.stringify(acceptancesDocument(acceptances), undefined, 2)}\n` : drawAcceptances(acceptances),
  );
  for (const refusal of refusals) console.err(`left to run: ${refusal.instance.id} (${explain(refusal)})\n`);
  return ExitCode.ok;
};

function refuse(refusal: Refusal): Diagnostic {
  const message = `stage '${refusal.instance.id}' cannot be accepted: ${explain(refusal)}`;
  return new Diagnostic(message, { hint: adviceOn(refusal) });
}

function adviceOn(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'differs':
      return 'Only changes of code and of package versions can be accepted; others make another result.';
    case 'no result':
      return 'Run it.';
    case 'unknown inputs':
      return `Accept ${refusal.of.join(', ')} as well, or run it first.`;
  }
}

function explain(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'differs':
      return `more than its code differs: ${refusal.differences.map(drawDifference).join(', ')}`;
    case 'no result':
      return 'the store has no result of it';
    case 'unknown inputs':
      return `the result of ${refusal.of.join(', ')} is not up to date`;
  }
}
