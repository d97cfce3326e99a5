import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import { drawGraph } from '../../runner/graph/index.ts';
import type { GraphFormat } from '../../runner/graph/index.ts';
import { makePlan } from '../../runner/plan/plan.ts';
import type { Store } from '../../runner/store/store.ts';
import type { Pipeline } from '../../runner/types.ts';
import type { Command, CommandContext } from '../command.ts';
import { openPipeline, planOptions } from '../pipeline.ts';

export const command: Command = async (context) => {
  const { options, console } = context;
  const { pipeline, store } = openPipeline(context);
  const states = await statesOf(context, pipeline, store);
  const drawing = drawGraph(pipeline, states, (options.format ?? 'mermaid') as GraphFormat);
  console.out(drawing.endsWith('\n') ? drawing : `${drawing}\n`);
  return ExitCode.ok;
};

/** Each stage's verdict; without one where no plan can be made, which does not keep the file from being drawn. */
async function statesOf(
  context: CommandContext,
  pipeline: Pipeline,
  store: Store,
): Promise<Map<string, string> | undefined> {
  try {
    const plan = await makePlan(pipeline, store, planOptions(context));
    return new Map(plan.stages.map(({ instance, verdict }) => [instance.id, verdict.kind]));
  } catch (error) {
    if (!(error instanceof Diagnostic)) throw error;
    context.console.err(`drawn without states: ${error.message}\n`);
    return undefined;
  }
}
