import { type Part, type Stage, StageError } from '../runner/stage.ts';
import { TreesError } from '../boosting/tree.ts';
import { ArchitectureError } from '../model/check-architecture.ts';
import { NotFiniteError } from '../model/trainer.ts';
import { SpaceError } from '../nas/space.ts';
import { EngineError } from '../tensor/engines/engine.ts';
import { SafetensorsError } from '../tensor/safetensors.ts';
import { CorpusError } from '../text/errors.ts';
import { expecting, expectingPart } from './failures.ts';

const mendable = [
  CorpusError,
  SafetensorsError,
  NotFiniteError,
  EngineError,
  SpaceError,
  ArchitectureError,
  TreesError,
];

/** Whether a failure is one that its user can mend, by its message. */
export function isMendable(error: unknown): error is Error {
  return error instanceof StageError || mendable.some((type) => error instanceof type);
}

/** A stage whose expected failures reach the user as messages without a stack. */
export function guarded<Params>(run: Stage<Params>): Stage<Params> {
  return expecting(mendable, run);
}

/** Likewise a part of a stage. */
export function guardedPart<Params, Value>(run: Part<Params, Value>): Part<Params, Value> {
  return expectingPart(mendable, run);
}
