import os from 'node:os';
import { Diagnostic } from '../../diagnostic.ts';
import type { Resources, StageInstance } from '../../types.ts';
import { groupLimits } from './cgroup.ts';
import { findGpus } from './gpus.ts';

/** What a machine has to hand out. */
export interface Machine extends Resources {
  /** Names of its graphics processors, as many as there are. */
  gpus: string[];
}

/** Processor cores and memory that this process may use: those of the machine, or of the control group around it. */
export function ownResources(): Pick<Resources, 'cores' | 'memory'> {
  const { cores = Infinity, memoryBytes = Infinity } = groupLimits();
  return {
    cores: Math.max(1, Math.min(os.availableParallelism(), Math.floor(cores))),
    memory: Math.min(os.totalmem(), memoryBytes),
  };
}

/** What there is for stages; the driver is asked for graphics processors only where one of them wants some. */
export async function machineFor(stages: readonly StageInstance[], given: Partial<Resources> = {}): Promise<Machine> {
  const wantsGpu = stages.some(({ resources }) => resources.gpu > 0);
  const gpus =
    given.gpu === undefined ? (wantsGpu ? await findGpus() : []) : Array.from({ length: given.gpu }, (_, i) => `${i}`);
  return { ...ownResources(), ...given, gpu: gpus.length, gpus };
}

/**
 * Of cores a stage gets as many as there are; memory and graphics processors it needs.
 * @throws Diagnostic at the first stage that wants more of them than there is
 */
export function refuseTooMuch(stages: readonly StageInstance[], machine: Machine): void {
  for (const { id, resources, location } of stages) {
    if (resources.gpu > machine.gpu) {
      const has = machine.gpu === 0 ? 'none is found here' : `only ${machine.gpu} are found here`;
      throw new Diagnostic(`stage '${id}' wants ${resources.gpu} graphics processors, and ${has}`, {
        location,
        hint: 'nvidia-smi lists them, and CUDA_VISIBLE_DEVICES says which of them count; or ask for fewer in "resources".',
      });
    }
    if (resources.memory > machine.memory) {
      throw new Diagnostic(
        `stage '${id}' wants ${gibibytes(resources.memory)} of memory, and there are ${gibibytes(machine.memory)} here`,
        { location, hint: 'Ask for less "memory" in its "resources", or run it on a larger machine.' },
      );
    }
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
