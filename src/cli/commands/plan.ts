import { ExitCode } from '../../runner/diagnostic.ts';
import { makePlan } from '../../runner/plan/plan.ts';
import type { Command } from '../command.ts';
import { openPipeline, planOptions } from '../pipeline.ts';
import { drawPlan, hasWork, planDocument } from '../render/plan.ts';

export const command: Command = async (context) => {
  const { options, console } = context;
  const { pipeline, store } = openPipeline(context);
  const plan = await makePlan(pipeline, store, planOptions(context));
  console.out(
    options.json ? `${JSON.stringify(planDocument(plan), undefined, 2)}\n` : drawPlan(plan, console.paintOut),
  );
  return options['exit-code'] && hasWork(plan) ? ExitCode.work : ExitCode.ok;
};
