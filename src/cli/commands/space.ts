import { Diagnostic, ExitCode } from '../../runner/diagnostic.ts';
import type { JsonObject } from '../../runner/stage.ts';
import { viewStages } from '../../runner/view/view.ts';
import type { Command } from '../command.ts';
import { openPipeline } from '../pipeline.ts';
import { drawViews } from '../render/view.ts';

export const command: Command = async (context) => {
  const { options, console } = context;
  const { pipeline, store } = openPipeline(context);
  const settings: JsonObject =
    options.dictionaries === undefined ? {} : { dictionaries: readSizes(options.dictionaries) };
  const views = await viewStages('space', pipeline, store, settings);
  console.out(
    options.json
      ? `${JSON.stringify(
          views.map(({ stages, values }) => ({ stages, ...values })),
          undefined,
          2,
        )}\n`
      : drawViews(views, console.paintOut),
  );
  return ExitCode.ok;
};

/** `8848,6632` */
function readSizes(text: string): number[] {
  if (/^[1-9]\d{0,8},[1-9]\d{0,8}$/.test(text)) return text.split(',').map(Number);
  throw new Diagnostic(`--dictionaries is "${text}", and must be two whole numbers`, {
    hint: 'give source and target: --dictionaries 8848,6632',
  });
}
