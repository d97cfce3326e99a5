import { ExitCode } from '../../runner/diagnostic.ts';
import { drawGraph } from '../../runner/graph/index.ts';
import type { GraphFormat } from '../../runner/graph/index.ts';
import { makePlan } from '../../runner/plan/plan.ts';
import type { Command } from '../command.ts';
import { openPipeline, planOptions } from '../pipeline.ts';

export const command: Command = async (context) => {
  const { options, console } = context;
  const { pipeline, store } = openPipeline(context);
  const plan = await makePlan(pipeline, store, planOptions(context));
  const states = new Map(plan.stages.map(({ instance, verdict }) => [instance.id, verdict.kind]));
  const drawing = drawGraph(pipeline, states, (options.format ?? 'mermaid') as GraphFormat);
  console.out(drawing.endsWith('\n') ? drawing : `${drawing}\n`);
  return ExitCode.ok;
};
