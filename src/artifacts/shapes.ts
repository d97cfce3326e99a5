import type { ParameterSet } from '../tensor/parameter-set.ts';
import type { Parameter } from '../tensor/parameters.ts';
import { SafetensorsError } from '../tensor/safetensors.ts';

/** Refuses tensors that are not exactly those expected. @throws SafetensorsError naming the file */
export function checkShapes(file: string, tensors: ParameterSet, expected: readonly Parameter[]): void {
  for (const { name, shape } of expected) {
    const entry = tensors.entries.get(name);
    if (!entry) throw new SafetensorsError(`${file} lacks the tensor "${name}".`);
    if (entry.shape.join() !== shape.join()) {
      throw new SafetensorsError(`${file} has "${name}" in shape [${entry.shape}] instead of [${shape}].`);
    }
  }
  if (tensors.entries.size !== expected.length) {
    throw new SafetensorsError(`${file} has ${tensors.entries.size} tensors instead of ${expected.length}.`);
  }
}
