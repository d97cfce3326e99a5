import type { Stage } from '../../src/runner/stage.ts';
import { ArchitectureError } from '../../src/model/check-architecture.ts';
import { NotFiniteError } from '../../src/model/trainer.ts';
import { SpaceError } from '../../src/nas/space.ts';
import { EngineError } from '../../src/tensor/engines/engine.ts';
import { SafetensorsError } from '../../src/tensor/safetensors.ts';
import { CorpusError } from '../../src/text/errors.ts';
import { expecting } from './failures.ts';

const mendable = [CorpusError, SafetensorsError, NotFiniteError, EngineError, SpaceError, ArchitectureError];

/** A stage whose expected failures reach the user as messages without a stack. */
export function guarded<Params>(run: Stage<Params>): Stage<Params> {
  return expecting(mendable, run);
}
