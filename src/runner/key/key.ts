import type { JsonObject, Seed } from '../stage.ts';
import { digestJson } from '../../disk/digest.ts';
import type { Digest, Key, StageInstance, StageType } from '../types.ts';
import type { CodeFingerprint } from './code/fingerprint.ts';
import type { EngineIdentity } from './engine.ts';
import type { ResolvedParams } from './params.ts';

/**
 * Everything that can change what a stage writes, and nothing else: what makes a stage stale is on this page.
 * The key is the SHA-256 of its canonical JSON (RFC 8785).
 */
export interface KeyFields {
  /** Version of this very format: a change of meaning must not meet old keys. */
  format: typeof keyFormat;
  /** Names the interface whose outputs are stored. */
  type: string;
  /** Digest of the stage's bundled import closure without comments and white space: its own code, helpers included. */
  code: Digest;
  /** Versions of the packages that this code imports, which the bundle leaves out. */
  packages: Record<string, string>;
  /**
   * After substitution and defaults: two spellings of one value are one value. A file or folder counts by its content.
   */
  params: JsonObject;
  /** Content, not origin: an input that comes out byte-identical changes nothing. */
  inputs: Record<string, Digest>;
  /** Only for types that draw random numbers. */
  seed?: Seed;
  /**
   * Only for types that compute with tensors: engines differ in rounding. The version is that for what the type does.
   */
  engine?: { name: string; version: string };
}

export const keyFormat = 1;

/** What was found out about an instance. */
export interface KeySources {
  /** From `code/`: bundles the code and asks for the packages' versions. */
  code: CodeFingerprint;
  /** From `params.ts`: reads what parameters name. */
  params: ResolvedParams;
  /** From `inputs.ts`: those that are known. */
  inputs: Record<string, Digest>;
  /** From `engine.ts`: asks which one loads. */
  engine: EngineIdentity | undefined;
}

/** The fields of an instance's key; inputs that are still to be made are left out. */
export function keyFields(
  instance: StageInstance,
  type: StageType,
  { code, params, inputs, engine }: KeySources,
): KeyFields {
  return {
    format: keyFormat,
    type: type.name,
    code: code.digest,
    packages: code.packages,
    params: params.keyed,
    inputs,
    ...(type.seeded === true && instance.seed !== undefined ? { seed: instance.seed } : {}),
    ...(type.engine !== undefined && engine !== undefined
      ? { engine: { name: engine.name, version: engine.versions[type.engine] } }
      : {}),
  };
}

export function keyOf(fields: KeyFields): Key {
  return digestJson(fields) as string as Key;
}
