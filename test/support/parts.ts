import { partsInProcess } from '../../src/runner/execute/in-process.ts';
import { performPart } from '../../src/runner/execute/perform.ts';
import type { JsonObject, Part, StageContext } from '../../src/runner/stage.ts';

/** For a stage that is called directly and has no parts. */
export const noParts: StageContext['parts'] = () => Promise.reject(new Error('this stage has no parts'));

/**
 * The parts of a stage's module for a stage that is called directly: executed in this process, kept in its progress as
 * ever.
 */
export function directParts(
  parts: Record<string, Part>,
  stage: Omit<StageContext<unknown>, 'parts'>,
): StageContext['parts'] {
  const { inputs, gathered, progress, cores, seed, engine, events, isStopping } = stage;
  const job = {
    stage: 'stage',
    type: 'stage',
    bundle: '',
    params: {},
    outputs: {},
    schemas: {},
    progress,
    seed,
    engine,
    resources: { cores, gpu: 0, memory: 0 },
    inputs: Object.fromEntries([
      ...Object.entries(inputs).map(([slot, folder]) => [slot, { artifact: slot, folder }] as const),
      ...Object.entries(gathered).flatMap(([slot, each]) =>
        each.map(
          ({ folder, ...name }) =>
            [`${slot}.${JSON.stringify(name)}`, { artifact: slot, folder, gathered: { slot, ...name } }] as const,
        ),
      ),
    ]),
  };
  const request = partsInProcess(
    job,
    (part, sink) => performPart(parts, part, { events: sink, isStopping }),
    events,
    (stack) => console.error(stack),
  );
  return <Value>(name: string, params: readonly object[], options = {}) =>
    request({ name, params: params as JsonObject[], options }) as Promise<{ value: Value; files: string }[]>;
}
