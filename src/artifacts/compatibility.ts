import type { Architecture, ModelConfig } from '../model/architecture.ts';
import { parametersOf } from '../model/parameters.ts';
import type { Space } from '../nas/space.ts';
import { supernetParameters } from '../nas/supernet.ts';
import { storedName } from '../tensor/parameters.ts';
import { StageError } from '../runner/stage.ts';

/** Refuses a sample space that is not of the supernet's own search space. */
export function checkSameSpace(ofSupernet: Space, ofSamples: Space): void {
  if (JSON.stringify(ofSupernet) === JSON.stringify(ofSamples)) return;
  throw new StageError(
    'The sample space belongs to another search space than the supernet: connect one that was made with this supernet.',
  );
}

/** Refuses a subnet that uses more, or other, parameters than the supernet has. */
export function checkSubnet(config: ModelConfig, space: Space, architecture: Architecture): void {
  const available = new Map(supernetParameters(config, space).map(({ name, shape }) => [name, shape]));
  for (const parameter of parametersOf(config, architecture)) {
    const { name, shape } = parameter;
    const full = available.get(storedName(parameter));
    if (full && shape.every((extent, axis) => extent <= full[axis])) continue;
    throw new StageError(
      `The subnet is none of this supernet: it needs "${name}" in shape [${shape}], and the supernet has `
        + `${full ? `[${full}]` : 'no such parameter'}.`,
    );
  }
}
