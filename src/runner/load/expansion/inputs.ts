import type { InputSource, StageInstance } from '../../types.ts';
import type { StageDraft } from '../grammar/draft.ts';
import type { Reference } from '../grammar/reference.ts';
import { problem } from '../text/problem.ts';
import { choices, project } from './choice.ts';
import type { Choice } from './choice.ts';
import type { Connection } from './connect.ts';
import type { Ground } from './ground.ts';
import { idOf, labelsOf, suffix } from './id.ts';
import type { ConnectedStage } from './stages.ts';

/** Why a reference leads to no instance. */
interface Miss {
  reference: Reference;
  says: string;
}

/**
 * What an instance reads: for each slot, the first of its sources that exists; for one that gathers, of each of its
 * sources all instances on the axes that this one does not depend on.
 * @throws Diagnostic at a required slot none of whose sources exists
 */
export function inputsOf(
  { connections, stage }: ConnectedStage,
  choice: Choice,
  round: number | undefined,
  ground: Ground,
): StageInstance['inputs'] {
  const user: User = { stage, choice, round, ground };
  return Object.assign(
    {},
    ...connections.map((connection) => {
      if (connection.label !== undefined) return gatheredBy(connection, connection.label, user);
      const source = sourceOf(connection, choice, user);
      return source === undefined ? {} : { [connection.slot]: source };
    }),
  ) as StageInstance['inputs'];
}

/** The instance that reads. */
interface User {
  stage: StageDraft;
  choice: Choice;
  round: number | undefined;
  ground: Ground;
}

/** By names such as `bleu.lite@seed=2`. */
function gatheredBy(connection: Connection, label: string, user: User): StageInstance['inputs'] {
  const { ground, choice, stage } = user;
  const { slot, sources } = connection;
  const [{ stage: source, reference }] = sources;
  const isOutside = source.group !== undefined && source.group !== stage.group;
  const open = [...ground.axesOf(source, isOutside && reference.round === undefined)]
    .filter((axis) => choice[axis] === -1)
    .sort((a, b) => a - b);
  return Object.fromEntries(
    choices(ground.axes, open, choice).flatMap((each) => {
      const found = sourceOf(connection, each, user);
      if (found === undefined) return [];
      const ending = project(each, new Set(open));
      const name = `${slot}.${label}${suffix(ground.axes, ending)}`;
      return [[name, { ...found, gathered: { slot, label, variant: labelsOf(ground.axes, ending) } }] as const];
    }),
  );
}

/** The first source that exists under a choice; undefined where an optional slot stays unconnected. */
function sourceOf(
  { slot, optional, sources, label }: Connection,
  choice: Choice,
  { stage, round, ground }: User,
): InputSource | undefined {
  const misses: Miss[] = [];
  for (const { stage: source, output, reference } of sources) {
    const found = roundMeant(reference, source, stage, choice, round, ground);
    if (typeof found === 'object') {
      misses.push(found);
      continue;
    }
    const { axes } = ground.stages.get(source.name)!;
    return { stage: idOf(source, found, suffix(ground.axes, project(choice, axes))), output };
  }
  if (optional && misses.every(({ reference }) => reference.round! < 0)) return undefined;
  const { reference, says } = misses[0];
  const where = round === undefined ? '' : ` in round ${round}`;
  const name = label === undefined ? slot : `${slot}.${label}`;
  throw problem(
    reference.span,
    `"${name}" of the stage "${stage.name}" has no source${where}: ${says}`,
    label === undefined
      ? `give a list that ends in a stage that always exists: ["${reference.text}", "<stage>"]`
      : `name a round that exists, or remove "${label}"`,
  );
}

/** Round of the source that a reference means, `undefined` for a stage that is not repeated, or why there is none. */
function roundMeant(
  reference: Reference,
  source: StageDraft,
  user: StageDraft,
  choice: Choice,
  round: number | undefined,
  ground: Ground,
): number | undefined | Miss {
  if (!source.group) return undefined;
  const inside = source.group === user.group;
  if (reference.round === undefined) return inside ? round : ground.roundsOf(source.group, choice);
  const meant = reference.round < 0 ? round! + reference.round : reference.round;
  if (meant < 1) return { reference, says: `"${reference.text}" would be before the first round` };
  const rounds = ground.roundsOf(source.group, choice);
  return meant <= rounds ? meant : { reference, says: `"${reference.text}" is after the last round, ${rounds}` };
}
