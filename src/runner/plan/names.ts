import { Diagnostic } from '../diagnostic.ts';
import { suggest } from '../suggestion.ts';
import type { Pipeline, StageInstance } from '../types.ts';

/**
 * Whether a name that a user gave means an instance: its id, its stage (all rounds and
 * variants), or its round (all variants).
 */
function isNamed(instance: StageInstance, name: string): boolean {
  return instance.id === name || instance.stage === name || instance.id.split('@', 1)[0] === name;
}

/**
 * Ids of the instances that names mean.
 * @param option what the names were given as, for the message: `--force`
 * @throws Diagnostic for a name that means none
 */
export function resolveNames(pipeline: Pipeline, names: string[], option?: string): Set<string> {
  const ids = new Set<string>();
  for (const name of names) {
    const named = pipeline.stages.filter((instance) => isNamed(instance, name));
    if (named.length === 0) throw unknownStage(pipeline, name, option);
    for (const { id } of named) ids.add(id);
  }
  return ids;
}

/** The given instances and everything that they need. */
export function withUpstream(pipeline: Pipeline, ids: ReadonlySet<string>): Set<string> {
  const wanted = new Set(ids);
  for (const { id, inputs } of pipeline.stages.toReversed()) {
    if (wanted.has(id)) for (const { stage } of Object.values(inputs)) wanted.add(stage);
  }
  return wanted;
}

/** The given instances and everything that depends on them. */
export function withDownstream(pipeline: Pipeline, ids: ReadonlySet<string>): Set<string> {
  const reached = new Set(ids);
  for (const { id, inputs } of pipeline.stages) {
    if (Object.values(inputs).some(({ stage }) => reached.has(stage))) reached.add(id);
  }
  return reached;
}

function unknownStage(pipeline: Pipeline, name: string, option: string | undefined): Diagnostic {
  const stages = new Set(pipeline.stages.map(({ stage }) => stage));
  const hint = suggest(name, new Set([...stages, ...pipeline.stages.map(({ id }) => id)]), 'its stages', stages);
  return new Diagnostic(
    `${option === undefined ? '' : `${option}: `}pipeline '${pipeline.name}' has no stage '${name}'`,
    { hint },
  );
}
