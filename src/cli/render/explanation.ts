import type { Explanation } from '../../runner/plan/explain.ts';
import type { Difference, Verdict } from '../../runner/records.ts';
import type { Paint } from './colour.ts';
import { drawExactDifference } from './difference.ts';
import { awaitedInputs, drawVerdictReasons } from './reasons.ts';
import { drawStatus } from './status.ts';

const keyShown = 12;

/** A verdict with every field that differs, against the last run and against the nearest result in the store. */
export function drawExplanation({ instance, verdict, lastRun, nearest }: Explanation, paint: Paint): string {
  const reasons = drawVerdictReasons({ instance, verdict });
  const awaited = awaitedInputs({ instance, verdict });
  const lines = (differences: Difference[]) =>
    differences.length === 0
      ? ['    nothing differs']
      : differences.map((difference) =>
          awaited.has(difference.field)
            ? `    ${difference.field}: still to be made`
            : `    ${drawExactDifference(difference)}`,
        );
  return [
    `${paint('bold', instance.id)}  ${drawStatus(verdict.kind, paint)}${reasons === '' ? '' : `  ${reasons}`}`,
    ...(lastRun === undefined
      ? ['  No earlier run of this pipeline has this stage.']
      : [`  Since its last run, ${lastRun.run}:`, ...lines(lastRun.differences)]),
    ...(drawStored(verdict)
      ?? (nearest === undefined
        ? ['  The store has no other result of this stage type.']
        : [
            `  From the nearest other result in the store, key ${nearest.key.slice(0, keyShown)}, `
              + `${nearest.stage} in ${nearest.run}:`,
            ...lines(nearest.differences),
          ])),
    '',
  ].join('\n');
}

/** A result that needs not be made again is its own nearest. */
function drawStored(verdict: Verdict): string[] | undefined {
  if (verdict.kind !== 'fresh' && verdict.kind !== 'restore') return undefined;
  const {
    provenance: { stage, run },
    accepted = [],
  } = verdict.record;
  return [
    `  The store has this very result, key ${verdict.key.slice(0, keyShown)}, made by ${stage} in ${run}.`,
    ...accepted.map(
      ({ from, reason, when }) => `  Accepted from key ${from.slice(0, keyShown)} on ${when.slice(0, 10)}: ${reason}`,
    ),
  ];
}

/** An explanation for programs. */
export function explanationDocument({ instance, verdict, lastRun, nearest }: Explanation) {
  return {
    id: instance.id,
    verdict: verdict.kind,
    ...(verdict.kind === 'pending' ? { after: verdict.after } : { key: verdict.key }),
    reasons: verdict.kind === 'fresh' ? [] : verdict.reasons,
    ...('record' in verdict && verdict.record.accepted !== undefined ? { accepted: verdict.record.accepted } : {}),
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(nearest === undefined ? {} : { nearest }),
  };
}
