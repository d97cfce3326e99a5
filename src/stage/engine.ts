import type { PartContext } from '../runner/stage.ts';
import type { Engine, EnginePurpose } from '../tensor/engines/engine.ts';
import { selectEngine } from '../tensor/engines/select.ts';

/**
 * Starts the engine that the plan named, and says so in the log and in the run's record,
 * with its version for that purpose.
 */
export async function startEngine(
  { engine, cores, events }: Pick<PartContext, 'engine' | 'cores' | 'events'>,
  purpose: EnginePurpose = 'training',
): Promise<Engine> {
  const started = await selectEngine(engine, cores);
  const {
    name,
    versions: { [purpose]: version },
    isa,
    threads,
    reason,
    report,
  } = started;
  events.engine({
    name,
    version,
    ...(isa === undefined ? {} : { isa }),
    ...(threads === undefined ? {} : { threads }),
  });
  events.log(`engine ${name} ${version}${threads === undefined ? '' : `, threads: ${threads}`} (${reason})`);
  // A stage or part has a process of its own, so that is when it ends, also by an error.
  if (report) process.once('exit', () => report().forEach((line) => events.log(line)));
  return started;
}
