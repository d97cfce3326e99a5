import { hasNvidiaDriver } from './nvidia.ts';
import { type Engine, EngineAbsent, EngineError, type EngineLoader, type EngineName, engineNames } from './engine.ts';

const loaders: Record<EngineName, () => Promise<EngineLoader>> = {
  tensorflow: async () => (await import('./tensorflow.ts')).loadTensorflow,
  native: async () => (await import('./native/native.ts')).loadNative,
  wasm: async () => (await import('./wasm.ts')).loadWasm,
  cpu: async () => (await import('./cpu.ts')).loadCpu,
};

/**
 * Loads the engine named, or the best that loads here, and makes it TensorFlow.js' current backend.
 * Throws `EngineError` when the named one is unknown or does not load.
 */
export async function selectEngine(name?: string, cores?: number): Promise<Engine> {
  if (name && name !== 'auto') {
    if (!(engineNames as readonly string[]).includes(name)) {
      throw new EngineError(`There is no engine "${name}"; there are ${engineNames.join(', ')}.`);
    }
    const result = await tryEngine(name as EngineName, cores);
    if ('problem' in result) throw new EngineError(`The engine "${name}" does not load: ${result.problem}.`);
    return { name: name as EngineName, ...result, reason: 'asked for' };
  }
  const problems: string[] = [];
  const broken: string[] = [];
  for (const candidate of preferredEngines()) {
    const result = await tryEngine(candidate, cores);
    if (!('problem' in result)) {
      return {
        name: candidate,
        ...result,
        reason: problems.length ? problems.join('; ') : 'the best there is',
        broken,
      };
    }
    problems.push(`${candidate}: ${result.problem}`);
    if (!result.absent) broken.push(problems.at(-1)!);
  }
  throw new EngineError(`No tensor engine loads here: ${problems.join('; ')}.`);
}

/** The best first. Without a GPU, TensorFlow is slower than C kernels on the processor. */
export function preferredEngines(): readonly EngineName[] {
  if (hasNvidiaDriver()) return engineNames;
  return ['native', ...engineNames.filter((name) => name !== 'native')];
}

/** What keeps an engine from being used, as the end of a sentence. */
interface Problem {
  problem: string;
  /** It is not here; otherwise it is, and does not load. */
  absent: boolean;
}

/** Loads an engine and makes it the current backend, or says what is in the way. */
export async function tryEngine(
  name: EngineName,
  cores?: number,
): Promise<Awaited<ReturnType<EngineLoader>> | Problem> {
  try {
    const load = await loaders[name]();
    return await load(cores);
  } catch (error) {
    return explain(error as Error);
  }
}

function explain(error: Error): Problem {
  const [line] = error.message.split('\n');
  // The package of an engine, and not a file that should be there.
  const missing = /Cannot find (?:module|package) '((?:@[\w.-]+\/)?[\w-][\w.-]*)/.exec(line)?.[1];
  return missing
    ? { problem: `not installed: ${missing}`, absent: true }
    : { problem: line, absent: error instanceof EngineAbsent };
}
