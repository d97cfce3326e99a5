import { ExitCode } from '../../runner/diagnostic.ts';
import { explain } from '../../runner/plan/explain.ts';
import type { Command } from '../command.ts';
import { openPipeline, planOptions } from '../pipeline.ts';
import { drawExplanation, explanationDocument } from '../render/explanation.ts';

export const command: Command = async (context) => {
  const {
    positionals: [, name],
    options,
    console,
  } = context;
  const { pipeline, store } = openPipeline(context);
  const { stages: _, ...planning } = planOptions(context);
  const explanations = await explain(pipeline, store, name, planning);
  console.out(
    options.json
      ? `${JSON.stringify(explanations.map(explanationDocument), undefined, 2)}\n`
      : explanations.map((explanation) => drawExplanation(explanation, console.paintOut)).join('\n'),
  );
  return ExitCode.ok;
};
