import { StageError, type Stage } from '../../src/runner/stage.ts';
import { ArchitectureError } from '../../src/model/check-architecture.ts';
import { NotFiniteError } from '../../src/model/trainer.ts';
import { SpaceError } from '../../src/nas/space.ts';
import { EngineError } from '../../src/tensor/engines/engine.ts';
import { SafetensorsError } from '../../src/tensor/safetensors.ts';
import { CorpusError } from '../../src/text/errors.ts';
import { fullDisk } from './full-disk.ts';

const mendable = [CorpusError, SafetensorsError, NotFiniteError, EngineError, SpaceError, ArchitectureError];

/** A stage whose expected failures reach the user as messages without a stack. */
export function guarded<Params>(run: Stage<Params>): Stage<Params> {
  return async (context) => {
    try {
      await run(context);
    } catch (error) {
      if (mendable.some((type) => error instanceof type)) throw new StageError((error as Error).message, { cause: error });
      throw fullDisk(error, context.outputs) ?? error;
    }
  };
}
