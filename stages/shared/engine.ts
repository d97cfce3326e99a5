import type { StageContext } from '../../src/runner/stage.ts';
import type { Engine } from '../../src/tensor/engines/engine.ts';
import { selectEngine } from '../../src/tensor/engines/select.ts';

/** Starts the engine that the plan named, and says so in the log. */
export async function startEngine<Params>({ engine, cores, events }: StageContext<Params>): Promise<Engine> {
  const started = await selectEngine(engine, cores);
  events.log(`engine ${started.name} ${started.version} (${started.reason})`);
  return started;
}
