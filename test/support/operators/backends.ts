import * as tf from '@tensorflow/tfjs-core';
import { NativeBackend } from '../../../src/tensor/engines/native/backend.ts';
import { NativeCalls } from '../../../src/tensor/engines/native/calls.ts';
import { type InstructionSet, instructionSets, loadNativeLibrary } from '../../../src/tensor/engines/native/library.ts';
import { selectEngine } from '../../../src/tensor/engines/select.ts';

/** Those that were compiled and that this processor has; none where there is no native engine. */
export const usableSets: readonly InstructionSet[] = instructionSets.filter((isa) => {
  try {
    loadNativeLibrary(isa);
    return true;
  } catch {
    return false;
  }
});

const isSet = (name: string): name is InstructionSet => (instructionSets as readonly string[]).includes(name);

/** Makes an engine, or the native one compiled for one instruction set, TensorFlow.js' current backend. */
export async function useBackend(name: string, threads = 2): Promise<void> {
  if (!isSet(name)) {
    await selectEngine(name);
    return;
  }
  const backend = `native-${name}`;
  if (!tf.findBackend(backend)) {
    // The engine itself takes the best set alone; its kernels serve any.
    await selectEngine('native', threads);
    tf.copyRegisteredKernels('native', backend);
    tf.registerBackend(backend, () => new NativeBackend(new NativeCalls(loadNativeLibrary(name))));
  }
  await tf.setBackend(backend);
  (tf.backend() as NativeBackend).calls.setThreads(threads);
}
