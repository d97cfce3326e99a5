import { Diagnostic } from '../diagnostic.ts';
import type { Pipeline, StageInstance } from '../types.ts';
import { resolveNames, withDownstream, withUpstream } from './names.ts';

/**
 * Which stages a user wants; names mean instances (`train.2@seed=1`), rounds (`train.2`) or
 * stages with all of these (`train`).
 */
export interface SelectionOptions {
  /** Just these and what they need; without it, all. */
  stages?: string[];
  /** Execute these although their outputs are known. */
  force?: string[];
  /** Just these, without what they need: that must be in the store. */
  only?: string[];
  /** Execute these and all that depends on them, although their outputs are known. */
  from?: string[];
}

export interface StageSelection {
  /** Stages to bring up to date, in dependency order. */
  selected: StageInstance[];
  /** The same and those whose outputs must be known for that, in dependency order. */
  considered: StageInstance[];
  /** Ids of stages to execute in any case. */
  forced: ReadonlySet<string>;
}

/** @throws Diagnostic for a name that means no stage of the pipeline, or none of the selected ones */
export function selectStages(pipeline: Pipeline, options: SelectionOptions): StageSelection {
  const { stages = [], force = [], only = [], from = [] } = options;
  const alone = resolveNames(pipeline, only, '--only');
  const named = resolveNames(pipeline, stages);
  const all = new Set(pipeline.stages.map(({ id }) => id));
  const selected = alone.size > 0 ? alone : named.size > 0 ? withUpstream(pipeline, named) : all;
  const forced = new Set(
    [
      ...amongSelected(force, '--force', pipeline, selected),
      ...withDownstream(pipeline, amongSelected(from, '--from', pipeline, selected)),
    ].filter((id) => selected.has(id)),
  );
  const considered = withUpstream(pipeline, selected);
  return {
    selected: pipeline.stages.filter(({ id }) => selected.has(id)),
    considered: pipeline.stages.filter(({ id }) => considered.has(id)),
    forced,
  };
}

function amongSelected(
  names: string[],
  option: string,
  pipeline: Pipeline,
  selected: ReadonlySet<string>,
): Set<string> {
  const ids = new Set<string>();
  for (const name of names) {
    const meant = [...resolveNames(pipeline, [name], option)].filter((id) => selected.has(id));
    if (meant.length === 0) {
      throw new Diagnostic(`${option}: stage '${name}' is not among the selected stages`, {
        hint: `They are: ${[...selected].join(', ')}.`,
      });
    }
    for (const id of meant) ids.add(id);
  }
  return ids;
}
