import type { StageInstance } from '../../types.ts';
import type { StageDraft } from '../grammar/draft.ts';
import type { Reference } from '../grammar/reference.ts';
import { problem } from '../text/problem.ts';
import { project } from './choice.ts';
import type { Choice } from './choice.ts';
import type { Ground } from './ground.ts';
import { idOf, suffix } from './id.ts';
import type { ConnectedStage } from './stages.ts';

/** Why a reference leads to no instance. */
interface Miss {
  reference: Reference;
  says: string;
}

/**
 * What an instance reads: for each slot, the first of its sources that exists.
 * @throws Diagnostic at a required slot none of whose sources exists
 */
export function inputsOf(
  { connections, stage }: ConnectedStage,
  choice: Choice,
  round: number | undefined,
  ground: Ground,
): StageInstance['inputs'] {
  const inputs: StageInstance['inputs'] = {};
  for (const { slot, optional, sources } of connections) {
    const misses: Miss[] = [];
    for (const { stage: source, output, reference } of sources) {
      const found = roundMeant(reference, source, stage, choice, round, ground);
      if (typeof found === 'object') {
        misses.push(found);
        continue;
      }
      const { axes } = ground.stages.get(source.name)!;
      inputs[slot] = { stage: idOf(source, found, suffix(ground.axes, project(choice, axes))), output };
      break;
    }
    if (slot in inputs) continue;
    if (optional && misses.every(({ reference }) => reference.round! < 0)) continue;
    const { reference, says } = misses[0];
    const where = round === undefined ? '' : ` in round ${round}`;
    throw problem(
      reference.span,
      `"${slot}" of the stage "${stage.name}" has no source${where}: ${says}`,
      `give a list that ends in a stage that always exists: ["${reference.text}", "<stage>"]`,
    );
  }
  return inputs;
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
