import type { Plan } from '../../runner/plan/plan.ts';
import type { PlannedStage } from '../../runner/records.ts';
import type { Paint } from './colour.ts';
import { drawVerdictReasons } from './reasons.ts';
import { drawStatus } from './status.ts';
import { drawTable } from './table.ts';
import { formatSeconds, plural } from './units.ts';

/** Whether a run would do anything. */
export function hasWork(plan: Plan): boolean {
  return plan.stages.some(({ verdict }) => verdict.kind !== 'fresh');
}

/** A plan as a table, with what it comes to under it. */
export function drawPlan(plan: Plan, paint: Paint): string {
  const header = ['STAGE', 'VERDICT', 'ESTIMATE', 'WHY'].map((title) => paint('bold', title));
  const rows = plan.stages.map((planned) => [
    planned.instance.id,
    drawStatus(planned.verdict.kind, paint),
    drawTime(planned),
    drawVerdictReasons(planned),
  ]);
  return `${drawTable([header, ...rows])}\n\n${drawTotals(plan)}\n`;
}

/** `4m 10s`, or `4m 10s, as train` of another stage than this one was, or with other parameters. */
function drawTime({ estimate, like }: PlannedStage): string {
  if (estimate === undefined) return '';
  return like === undefined ? formatSeconds(estimate) : `${formatSeconds(estimate)}, as ${like.stage}`;
}

/** A plan for programs. */
export function planDocument({ stages }: Plan) {
  return {
    stages: stages.map(({ instance, verdict, estimate, like }) => ({
      id: instance.id,
      stage: instance.stage,
      type: instance.type,
      verdict: verdict.kind,
      ...(verdict.kind === 'pending' ? { after: verdict.after } : { key: verdict.key }),
      reasons: verdict.kind === 'fresh' ? [] : verdict.reasons,
      ...('record' in verdict && verdict.record.accepted !== undefined ? { accepted: verdict.record.accepted } : {}),
      ...(estimate === undefined ? {} : { estimate }),
      ...(like === undefined ? {} : { like }),
    })),
  };
}

/** `2 of 9 stages to run, about 1h 30m; 1 to restore; 6 fresh` */
function drawTotals({ stages }: Plan): string {
  const of = (...kinds: PlannedStage['verdict']['kind'][]) =>
    stages.filter(({ verdict }) => kinds.includes(verdict.kind));
  const [executed, restored, fresh] = [of('run', 'pending'), of('restore'), of('fresh')];
  if (fresh.length === stages.length) return nothingToRun(stages.length);
  const all = plural(stages.length, 'stage');
  return [
    ...(executed.length === 0 ? [] : [`${executed.length} of ${all} to run${drawEstimate(executed)}`]),
    ...(restored.length === 0 ? [] : [`${restored.length}${executed.length === 0 ? ` of ${all}` : ''} to restore`]),
    ...(fresh.length === 0 ? [] : [`${fresh.length} fresh`]),
  ].join('; ');
}

/** Of stages that never ran nobody knows how long they take, so with one among them the sum is a lower bound. */
function drawEstimate(stages: PlannedStage[]): string {
  const known = stages.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]));
  if (known.length === 0) return '';
  const seconds = formatSeconds(known.reduce((sum, value) => sum + value, 0));
  return known.length === stages.length ? `, about ${seconds}` : `, ${seconds} or more`;
}

export function nothingToRun(count: number): string {
  return count === 1
    ? 'Nothing to run: the stage is fresh.'
    : `Nothing to run: all ${plural(count, 'stage')} are fresh.`;
}
