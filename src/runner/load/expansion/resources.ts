import { parseMemory } from '../../catalogue/memory.ts';
import type { Resources } from '../../types.ts';
import { expectInteger } from '../grammar/shape.ts';
import { describe } from '../text/node.ts';
import type { ObjectNode } from '../text/node.ts';
import { problem } from '../text/problem.ts';
import type { Scope } from './scope.ts';
import type { ConnectedStage } from './stages.ts';

/** What a stage takes when neither it nor its type says so; memory 0 means that nothing is reserved. */
const defaults: Resources = { cores: 1, gpu: 0, memory: 0 };

/** What an instance takes of the machine. @throws Diagnostic at a value that is no such amount. */
export function resourcesOf({ stage, type }: ConnectedStage, scope: Scope, round: number | undefined): Resources {
  const resources: Resources = { ...defaults, ...type.resources };
  if (!stage.resources) return resources;
  for (const [name, { value }] of (scope.resolve(stage.resources.value, round) as ObjectNode).members) {
    if (name === 'memory') {
      const bytes = value.kind === 'scalar' ? parseMemory(value.value) : undefined;
      if (bytes === undefined) {
        throw problem(
          value.span,
          `"memory" must be a size, found ${describe(value)}`,
          'write bytes, or a text such as "4GB" or "512MiB"',
        );
      }
      resources.memory = bytes;
    } else if (name === 'cores') resources.cores = expectInteger(value, '"cores"', 1);
    else resources.gpu = expectInteger(value, '"gpu"', 0);
  }
  return resources;
}
