/**
 * A tensor engine: a TensorFlow.js backend that this machine can load. All model code is written against TensorFlow.js.
 */
export interface Engine {
  readonly name: EngineName;
  /** With the name, that of the stage's purpose is part of the key of every stage that computes. */
  readonly versions: EngineVersions;
  /** Why this engine was chosen, one clause for the log. */
  readonly reason: string;
  /** Better ones that are installed but do not load, each with the problem. */
  readonly broken?: readonly string[];
  /**
   * Most tokens (padding included, larger side) whose activations fit at once; a larger batch is computed in parts
   * whose gradients are added up. WebAssembly memory ends at 4 GB.
   */
  readonly partTokens: number;
  /** Instruction set that its kernels are compiled for, where it says. */
  readonly isa?: string;
  /** Threads that it computes with, where it says. */
  readonly threads?: number;
  /** Lines on which kernels ran in JavaScript, and for how long; only with `SHRINKNAS_DEBUG=engine`. */
  readonly report?: () => string[];
}

/** What an engine is used for: training computes losses and gradients, decoding translates. */
export type EnginePurpose = 'training' | 'decoding';

/** What an engine's results depend on, by purpose, since kernels of one may change while those of the other stay. */
export type EngineVersions = Readonly<Record<EnginePurpose, string>>;

/** Versions of an engine that does not tell the two apart. */
export function sameForBoth(version: string): EngineVersions {
  return { training: version, decoding: version };
}

export type EngineName = 'tensorflow' | 'native' | 'wasm' | 'cpu';

/** In order of preference where there is a GPU. */
export const engineNames: readonly EngineName[] = ['tensorflow', 'native', 'wasm', 'cpu'];

/** An engine that cannot be used, and why. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** An engine that is not installed. That is no fault, so there is no warning of it. */
export class EngineAbsent extends Error {
  override readonly name = 'EngineAbsent';
}

/** Loads an engine for that many processor cores (all, if not given). */
export type EngineLoader = (cores?: number) => Promise<Omit<Engine, 'name' | 'reason' | 'broken'>>;
