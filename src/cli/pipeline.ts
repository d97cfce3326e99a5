import path from 'node:path';
import { loadPipeline } from '../runner/load/pipeline.ts';
import type { Store } from '../runner/store/store.ts';
import type { Pipeline } from '../runner/types.ts';
import type { CommandContext } from './command.ts';
import { openProjectStore } from './project.ts';
import { warn } from './console.ts';

/** The pipeline that the first word of a command names, with its overrides, and its project's store. */
export function openPipeline(context: CommandContext): { pipeline: Pipeline; store: Store } {
  const {
    positionals: [word],
    options,
    console,
  } = context;
  const pipeline = loadPipeline(
    path.resolve(console.folder, word),
    options.set === undefined ? {} : { set: options.set },
  );
  return { pipeline, store: openProjectStore(context, [pipeline.file]) };
}

/** Options of planning, which `plan` and `run` share. */
export function planOptions({ positionals, options: { force, only, from, engine }, console }: CommandContext) {
  return {
    onWarning: (message: string) => warn(console, message),
    ...(positionals.length > 1 ? { stages: positionals.slice(1) } : {}),
    ...(force === undefined ? {} : { force }),
    ...(only === undefined ? {} : { only }),
    ...(from === undefined ? {} : { from }),
    ...(engine === undefined ? {} : { engine }),
  };
}
