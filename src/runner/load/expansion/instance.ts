import { complain, placeOf } from '../../catalogue/complaint.ts';
import type { StageTypes } from '../../catalogue/stage-types.ts';
import { safeName } from '../../../disk/files.ts';
import type { JsonObject } from '../../stage.ts';
import type { StageInstance } from '../../types.ts';
import { toObject, toValue } from '../text/node.ts';
import type { ObjectNode } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import { locationOf } from '../text/source.ts';
import type { Choice } from './choice.ts';
import type { Ground } from './ground.ts';
import { idOf, suffix } from './id.ts';
import { inputsOf } from './inputs.ts';
import { limitsOf } from './limits.ts';
import { resourcesOf } from './resources.ts';
import type { Scope } from './scope.ts';
import { spread } from './spread.ts';
import type { ConnectedStage } from './stages.ts';

/** In bytes: a file's name has at most 255, and endings need some. */
const longestId = 200;

/**
 * One instance of a stage.
 * @param round Round within `repeat`; absent outside a group.
 * @throws Diagnostic at what does not fit: a parameter, a resource, an input without a source
 */
export function instantiate(
  connected: ConnectedStage,
  choice: Choice,
  round: number | undefined,
  ground: Ground,
  types: StageTypes,
): StageInstance {
  const { stage, type } = connected;
  const scope = ground.scope(choice);
  const chosen = ground.axes.flatMap(({ name, values }, i) =>
    choice[i] === -1 ? [] : [[name, toValue(scope.resolve(values[choice[i]], round))] as const],
  );
  const id = idOf(stage, round, suffix(ground.axes, choice));
  if (safeName(id).length > longestId) {
    throw problem(
      stage.key,
      `"${id.slice(0, 40)}…" is too long to name the files of a stage`,
      'give the stage, or the values of the matrix, shorter names',
    );
  }
  return {
    id,
    stage: stage.name,
    ...(stage.group ? { group: stage.group.name, round } : {}),
    variant: Object.fromEntries(chosen),
    type: type.name,
    params: paramsOf(connected, scope, round, types),
    inputs: inputsOf(connected, choice, round, ground),
    ...(type.seeded ? { seed: { value: scope.seed().value, stream: idOf(stage, round, '') } } : {}),
    resources: resourcesOf(connected, scope, round),
    ...limitsOf(connected, scope, round),
    location: locationOf(stage.key),
  };
}

function paramsOf(
  { stage, type }: ConnectedStage,
  scope: Scope,
  round: number | undefined,
  types: StageTypes,
): JsonObject {
  const written = scope.stageParams(stage.name, stage.with?.value as ObjectNode | undefined);
  const substituted = written && (scope.resolve(written, round) as ObjectNode);
  if (substituted) scope.refuseTooMuch(substituted, stage.with?.key ?? stage.key);
  const resolved = substituted && spread(substituted);
  const params = resolved ? toObject(resolved) : {};
  const validate = types.validator(type);
  if (validate(params)) return params;
  const complaint = complain(validate.errors!);
  const key = stage.with?.key ?? stage.key;
  const span = resolved ? placeOf(complaint, resolved, key) : key;
  const subject = `"${complaint.path.length === 0 ? 'with' : complaint.path.join('.')}" of the stage "${stage.name}"`;
  const [param] = complaint.path;
  const description = (type.params.properties as Record<string, { description?: string }> | undefined)?.[param]
    ?.description;
  throw problem(
    span,
    `${subject} (${type.name}) ${complaint.says}`,
    complaint.hint ?? (description && `${param}: ${description}`),
  );
}
