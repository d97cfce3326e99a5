import path from 'node:path';
import { findProject } from '../catalogue/project.ts';
import { StageTypes } from '../catalogue/stage-types.ts';
import type { Pipeline } from '../types.ts';
import { expand } from './expansion/expand.ts';
import { readDraft } from './grammar/draft.ts';
import { applyOverrides } from './grammar/overrides/apply.ts';
import { readMerged } from './grammar/read.ts';

export interface LoadOptions {
  /** `--set` overrides, `path=value[,value…]`, applied in turn. */
  set?: readonly string[];
  /** Folder that holds `stages/` and `schemas/`; found from the file when absent. */
  project?: string;
}

/**
 * Reads a pipeline file (docs/pipeline-files.md), checks everything that can be known before a stage runs, and expands
 * it into stage instances in dependency order. Executes nothing and loads no stage's code.
 * @throws Diagnostic with exit code 2: what is wrong, where, and what to do.
 */
export function loadPipeline(file: string, options: LoadOptions = {}): Pipeline {
  const absolute = path.resolve(file);
  const overrides = [...(options.set ?? [])];
  const written = readDraft(readMerged(absolute));
  const project = options.project === undefined ? findProject(absolute) : path.resolve(options.project);
  const types = new StageTypes(project);
  const { draft, axes } = applyOverrides(written, overrides, types);
  return {
    name: draft.name,
    ...(draft.description === undefined ? {} : { description: draft.description }),
    file: absolute,
    project,
    overrides,
    ...expand(draft, axes, types),
  };
}
